import './policy.ts'
import './kit.css'

export { BigButton, type BigButtonProps, Choice, type ChoiceProps } from './Button.tsx'
export { Dial, type DialProps } from './Dial.tsx'
export {
  type SceneChannel,
  type Translate,
  useAge,
  useChannel,
  useChannelHistory,
  useLanguage,
  useMode,
  useNumber,
  useReducedMotion,
  useStage,
  useText,
  useVolume,
} from './hooks.ts'
export { Icon, type IconName } from './Icon.tsx'
export { mountScene } from './mount.tsx'
export { Plot, type PlotProps, plotSpot } from './Plot.tsx'
export type { PlotAxis, PlotLine, PlotPicture, PlotPoint, PlotSeries } from './plot-drawing.ts'
export { Slider, type SliderProps } from './Slider.tsx'
export { Stage, type StageProps, spot } from './Stage.tsx'
export type { Sample } from './session.ts'
export { type Sound, useSound } from './sound.ts'
export { formatNumber, pluralForm, type TextValues, translate } from './text.ts'
export { angleOf, clamp, sweep } from './turning.ts'
