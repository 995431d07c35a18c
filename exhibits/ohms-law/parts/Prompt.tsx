import { Icon, type IconName, spot } from '@makerhall/kit'
import type { ReactNode } from 'react'
import { lamp, rail } from './geometry.ts'

/** What to do next, in the middle of the circuit: a picture first, words beside it for those who read. */
export function Prompt({ icon, text, children }: { icon: IconName; text: string; children?: ReactNode }) {
  return (
    <div className="prompt" style={spot(lamp.x - 240, rail.top + 46, 500, 330)}>
      <p key={text} aria-live="polite">
        <Icon name={icon} />
        <span>{text}</span>
      </p>
      {children}
    </div>
  )
}
