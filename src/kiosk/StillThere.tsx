import { useEffect, useRef, useState } from 'react'
import type { ExhibitStatus } from '../shared/exhibit.ts'
import type { Flow } from './flow.ts'
import type { Kiosk } from './kiosk.ts'
import type { Say } from './texts.ts'

export interface StillThereProps {
  kiosk: Kiosk
  flow: Flow
  exhibit: ExhibitStatus
  say: Say
}

/** The kind question before everything begins anew: a ring that shrinks with the time, and one big button. */
export function StillThere({ kiosk, flow, exhibit, say }: StillThereProps) {
  const { warn } = exhibit.idle
  const [left, setLeft] = useState(warn)
  const button = useRef<HTMLButtonElement>(null)
  useEffect(() => {
    const count = () => setLeft(Math.max(0, Math.ceil(warn - (performance.now() - flow.since) / 1000)))
    count()
    const timer = setInterval(count, 200)
    return () => clearInterval(timer)
  }, [warn, flow.since])
  useEffect(() => button.current?.focus(), [])
  const here = () => kiosk.happen({ type: 'touch', exhibit: exhibit.id })

  return (
    <div
      className="still"
      role="alertdialog"
      aria-labelledby="still-title"
      aria-describedby="still-left"
      data-hue=""
      style={{ '--hue': exhibit.hue }}
      onPointerDown={here}
    >
      <h1 id="still-title">{say('still.title')}</h1>
      <button ref={button} type="button" className="still-here" onClick={here}>
        <svg viewBox="0 0 200 200" aria-hidden="true">
          <circle className="track" cx="100" cy="100" r="92" />
          <circle
            className="left"
            cx="100"
            cy="100"
            r="92"
            pathLength="1"
            style={{ strokeDashoffset: 1 - left / warn }}
          />
        </svg>
        <span>{say('still.here')}</span>
      </button>
      <p id="still-left">{say('still.seconds', { count: left })}</p>
    </div>
  )
}
