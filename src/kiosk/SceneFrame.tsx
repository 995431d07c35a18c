import { useEffect, useRef, useState } from 'react'
import type { ChannelValue } from '../shared/channel.ts'
import type { ExhibitStatus } from '../shared/exhibit.ts'
import type { SceneDown, SceneUp } from '../shared/scene.ts'
import type { Kiosk } from './kiosk.ts'
import { Resting } from './Resting.tsx'
import { hostScene, type SceneHost } from './scene-host.ts'
import type { Say, Spoken } from './texts.ts'
import { type Watch, type WatchEvent, watch, watchStep } from './watchdog.ts'

export interface SceneFrameProps {
  kiosk: Kiosk
  exhibit: ExhibitStatus
  scene: 'attract' | 'play'
  spoken: Spoken | null
  volume: number
  say: Say
  /** In words, for a screen reader. */
  title: string
  onReady?: () => void
}

/** An exhibit's scene in its sandboxed frame, watched: one that fails rests for a while and is loaded again. */
export function SceneFrame(props: SceneFrameProps) {
  const { kiosk, exhibit, scene, say } = props
  const [state, setState] = useState<Watch>(() => watch(performance.now()))
  const latest = useRef(state)
  const host = useRef<SceneHost | null>(null)

  const happen = useRef((event: WatchEvent) => {
    const next = watchStep(latest.current, event, performance.now())
    latest.current = next.watch
    for (const effect of next.effects) {
      if (effect.do === 'ping') host.current?.send({ type: 'ping', n: effect.n })
      else kiosk.send({ type: 'scene-failed', exhibit: exhibit.id, why: effect.why })
    }
    setState((shown) =>
      shown.phase === next.watch.phase && shown.load === next.watch.load ? shown : next.watch,
    )
  })
  useEffect(() => {
    const timer = setInterval(() => happen.current({ type: 'tick' }), 1000)
    return () => clearInterval(timer)
  }, [])

  if (state.phase === 'pausing' || state.phase === 'given-up') {
    return <Resting reason="scene-failed" say={say} hue={exhibit.hue} />
  }
  return (
    <Frame
      key={`${scene} ${state.load}`}
      {...props}
      host={host}
      ready={state.phase === 'alive'}
      happen={happen.current}
    />
  )
}

interface FrameProps extends SceneFrameProps {
  host: { current: SceneHost | null }
  ready: boolean
  happen: (event: WatchEvent) => void
}

function Frame({ kiosk, exhibit, scene, spoken, volume, title, onReady, host, ready, happen }: FrameProps) {
  const element = useRef<HTMLIFrameElement>(null)
  const started = useRef(false)

  function first(): SceneDown | null {
    const { live } = kiosk.store.getState()
    if (!spoken || !live) return null
    return {
      type: 'start',
      scene,
      exhibit,
      channels: live.channels.filter((channel) => channel.exhibit === exhibit.id),
      ...spoken,
      reducedMotion: matchMedia('(prefers-reduced-motion: reduce)').matches,
      volume,
    }
  }
  function hear(message: SceneUp) {
    switch (message.type) {
      case 'ready':
        happen({ type: 'ready' })
        return onReady?.()
      case 'pong':
        return happen({ type: 'pong' })
      case 'threw':
        return happen({ type: 'threw' })
      case 'act':
        return kiosk.happen({ type: 'beat' })
      case 'touch':
        return scene === 'play' && kiosk.send({ ...message, exhibit: exhibit.id })
      case 'stage':
        return scene === 'play' && kiosk.send({ ...message, exhibit: exhibit.id })
    }
  }
  const now = useRef({ first, hear })
  now.current = { first, hear }

  useEffect(() => {
    const frame = element.current
    if (!frame) return
    const made = hostScene({
      frame,
      first() {
        const message = now.current.first()
        started.current = message !== null
        return message
      },
      onMessage: (message) => now.current.hear(message),
    })
    host.current = made
    frame.src = `/exhibits/${exhibit.id}/${exhibit.version}/frame.html?scene=${scene}`
    let before: readonly ChannelValue[] = []
    const unsubscribe = kiosk.store.subscribe(({ live }) => {
      if (!live || live.channels === before) return
      const known = new Set(before)
      const changed = live.channels.filter((channel) => channel.exhibit === exhibit.id && !known.has(channel))
      before = live.channels
      if (changed.length) made.send({ type: 'channels', channels: changed })
    })
    return () => {
      unsubscribe()
      made.stop()
      host.current = null
      started.current = false
    }
  }, [kiosk, exhibit.id, exhibit.version, scene, host])

  useEffect(() => {
    if (!spoken) return
    if (started.current) return host.current?.send({ type: 'language', ...spoken })
    const message = now.current.first()
    if (!message) return
    started.current = true
    host.current?.send(message)
  }, [spoken, host])
  useEffect(() => host.current?.send({ type: 'exhibit', exhibit }), [exhibit, host])
  useEffect(() => host.current?.send({ type: 'volume', volume }), [volume, host])

  return (
    <iframe
      ref={element}
      className="frame"
      data-ready={ready || undefined}
      title={title}
      sandbox="allow-scripts"
      allow="autoplay"
      tabIndex={scene === 'attract' ? -1 : 0}
    />
  )
}
