import { spot } from '@makerhall/kit'
import type { ReactNode } from 'react'
import { lamp, rail } from './geometry.ts'

export interface PromptProps {
  picture: ReactNode
  text: string
  children?: ReactNode
}

/** What to do next, in the middle of the circuit: a picture first, words beside it for those who read. */
export function Prompt({ picture, text, children }: PromptProps) {
  return (
    <div className="prompt" style={spot(lamp.x - 240, rail.top + 46, 500, 330)}>
      <p key={text} aria-live="polite">
        {picture}
        <span>{text}</span>
      </p>
      {children}
    </div>
  )
}
