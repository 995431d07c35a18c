import type { ReactNode } from 'react'
import type { ExhibitStatus } from '../shared/exhibit.ts'
import type { LiveState } from '../shared/live.ts'
import type { Flow } from './flow.ts'
import { type Kiosk, restingCodes, spoken } from './kiosk.ts'
import { sayIn, useExhibitTexts } from './texts.ts'

/** So many frames can play at once without any of them stuttering; more exhibits get a still card. */
const livingCards = 3

export interface ChooserProps {
  kiosk: Kiosk
  live: LiveState
  flow: Flow
  scene: (exhibit: ExhibitStatus, name: 'attract') => ReactNode
}

/** Several exhibits on one screen: each card shows the act itself. */
export function Chooser({ kiosk, live, flow, scene }: ChooserProps) {
  const say = sayIn(flow.language)
  const living = live.exhibits.length <= livingCards
  return (
    <section className="chooser" data-many={!living || undefined}>
      <h1>{say('choose')}</h1>
      <ul>
        {live.exhibits.map((exhibit) => (
          <li key={exhibit.id}>
            <Card kiosk={kiosk} exhibit={exhibit} flow={flow}>
              {living && !exhibit.resting && scene(exhibit, 'attract')}
            </Card>
          </li>
        ))}
      </ul>
    </section>
  )
}

interface CardProps {
  kiosk: Kiosk
  exhibit: ExhibitStatus
  flow: Flow
  children: ReactNode
}

function Card({ kiosk, exhibit, flow, children }: CardProps) {
  const say = sayIn(flow.language)
  const texts = useExhibitTexts(exhibit.id, exhibit.version, spoken(exhibit, flow.language))?.texts
  const title = texts?.title ?? say('exhibit')
  const code = exhibit.resting && restingCodes[exhibit.resting.code]
  return (
    <div className="card" data-hue="" data-resting={code ?? undefined} style={{ '--hue': exhibit.hue }}>
      <div className="card-picture">{children}</div>
      <button
        type="button"
        disabled={code !== null}
        onClick={() => kiosk.happen({ type: 'touch', exhibit: exhibit.id })}
      >
        <span>{title}</span>
        {code && <small>{`${say('resting.title')} · ${code}`}</small>}
      </button>
    </div>
  )
}
