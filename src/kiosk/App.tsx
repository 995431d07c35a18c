import { useEffect, useState } from 'react'
import { useStore } from 'zustand'
import type { ExhibitStatus } from '../shared/exhibit.ts'
import type { LiveState } from '../shared/live.ts'
import { Bar } from './Bar.tsx'
import { Chooser } from './Chooser.tsx'
import { ExhibitScene } from './ExhibitScene.tsx'
import type { Flow } from './flow.ts'
import { type Kiosk, type RestingReason, spoken } from './kiosk.ts'
import { Resting } from './Resting.tsx'
import { StaffCorner } from './StaffCorner.tsx'
import { StillThere } from './StillThere.tsx'
import { sayIn } from './texts.ts'

/** The visitor's page: what it shows follows from what the controller says and from who touches it. */
export function App({ kiosk, hasKey }: { kiosk: Kiosk; hasKey: boolean }) {
  const connection = useStore(kiosk.store, (state) => state.connection)
  const live = useStore(kiosk.store, (state) => state.live)
  const flow = useStore(kiosk.store, (state) => state.flow)
  const say = sayIn(flow.language)
  const patient = usePatience(connection === 'starting')

  useEffect(() => {
    document.documentElement.lang = flow.language
  }, [flow.language])

  let content = null
  if (!hasKey) content = <Resting reason="no-key" say={say} />
  else if (connection === 'away' || (connection === 'starting' && !patient))
    content = <Resting reason="controller-away" say={say} />
  else if (live) content = <Exhibits kiosk={kiosk} live={live} flow={flow} />

  return (
    <>
      <main className="kiosk">{content}</main>
      <StaffCorner say={say} />
    </>
  )
}

/** False once the start has taken longer than a blank screen can be borne. */
function usePatience(starting: boolean): boolean {
  const [patient, setPatient] = useState(true)
  useEffect(() => {
    if (!starting) return
    const timer = setTimeout(() => setPatient(false), 1500)
    return () => clearTimeout(timer)
  }, [starting])
  return patient
}

function Exhibits({ kiosk, live, flow }: { kiosk: Kiosk; live: LiveState; flow: Flow }) {
  const [ready, setReady] = useState<string | null>(null)
  const say = sayIn(flow.language)
  const only = live.exhibits.length === 1 ? live.exhibits[0] : undefined
  const played = live.exhibits.find(({ id }) => id === flow.exhibit)
  const atPlay = flow.phase !== 'attract' && played !== undefined
  const scene = (exhibit: ExhibitStatus, name: 'attract' | 'play') => (
    <ExhibitScene
      // A new package is a new frame.
      key={`${name} ${exhibit.id} ${exhibit.version}`}
      kiosk={kiosk}
      exhibit={exhibit}
      scene={name}
      language={spoken(exhibit, flow.language)}
      volume={flow.volume}
      say={say}
      onReady={name === 'play' ? () => setReady(exhibit.id) : undefined}
    />
  )
  // What invited stays until what was asked for is there.
  const inviting = !atPlay || ready !== flow.exhibit
  useEffect(() => {
    if (!atPlay) setReady(null)
  }, [atPlay])

  const resting: RestingReason | null = (atPlay ? played : only)?.resting?.code ?? null
  if (resting) {
    return (
      <>
        <Resting reason={resting} say={say} hue={(atPlay ? played : only)?.hue} />
        <Bar kiosk={kiosk} live={live} flow={flow} played={null} />
      </>
    )
  }
  return (
    <>
      {inviting && only && <div className="layer">{scene(only, 'attract')}</div>}
      {inviting && !only && <Chooser kiosk={kiosk} live={live} flow={flow} scene={scene} />}
      {atPlay && (
        <div className="layer layer-play" data-ready={!inviting || undefined}>
          {scene(played, 'play')}
        </div>
      )}
      {only && !atPlay && (
        <button
          type="button"
          className="invite"
          aria-label={say('begin')}
          onPointerDown={() => kiosk.happen({ type: 'touch', exhibit: only.id })}
          onClick={() => kiosk.happen({ type: 'touch', exhibit: only.id })}
        />
      )}
      <Bar kiosk={kiosk} live={live} flow={flow} played={atPlay ? played : null} />
      {flow.phase === 'asking' && played && (
        <StillThere kiosk={kiosk} flow={flow} exhibit={played} say={say} />
      )}
    </>
  )
}
