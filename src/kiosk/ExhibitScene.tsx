import type { ExhibitStatus } from '../shared/exhibit.ts'
import type { Language } from '../shared/language.ts'
import type { Kiosk } from './kiosk.ts'
import { SceneFrame } from './SceneFrame.tsx'
import { type Say, useExhibitTexts } from './texts.ts'

export interface ExhibitSceneProps {
  kiosk: Kiosk
  exhibit: ExhibitStatus
  scene: 'attract' | 'play'
  language: Language
  volume: number
  say: Say
  onReady?: () => void
}

/** A scene with its package's words. */
export function ExhibitScene({ language, ...props }: ExhibitSceneProps) {
  const spoken = useExhibitTexts(props.exhibit.id, props.exhibit.version, language)
  return <SceneFrame {...props} spoken={spoken} title={spoken?.texts.title ?? props.say('exhibit')} />
}
