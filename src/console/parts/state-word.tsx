import {
  IconAlertTriangle,
  IconCircleCheck,
  IconCircleDashed,
  IconCircleX,
  IconMoon,
  IconPlayerPlay,
} from '@tabler/icons-react'
import type { ReactNode } from 'react'

const looks = {
  good: { tone: 'good', Icon: IconCircleCheck },
  playing: { tone: 'good', Icon: IconPlayerPlay },
  uncertain: { tone: 'uncertain', Icon: IconAlertTriangle },
  bad: { tone: 'bad', Icon: IconCircleX },
  waiting: { tone: 'quiet', Icon: IconCircleDashed },
  resting: { tone: 'uncertain', Icon: IconMoon },
} as const
export type StateLook = keyof typeof looks

/** A state as a word with an icon, so that nobody needs the colour. */
export function StateWord({ look, children }: { look: StateLook; children: ReactNode }) {
  const { tone, Icon } = looks[look]
  return (
    <span className="state" data-tone={tone}>
      <Icon size={20} stroke={2} aria-hidden />
      <span>{children}</span>
    </span>
  )
}
