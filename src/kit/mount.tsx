import { type ComponentType, StrictMode, useEffect } from 'react'
import { createRoot } from 'react-dom/client'
import { useStore } from 'zustand'
import { sceneHello } from '../shared/scene.ts'
import { session } from './session.ts'

/**
 * Puts a scene into its frame: waits for the page's port and the first state, then draws, answers the page's pings,
 * tells it of each input and hands it every error. A scene calls this once.
 */
export function mountScene(Scene: ComponentType): void {
  listenToPage()
  listenToVisitor()
  const threw = (error: unknown) => {
    const message = error instanceof Error ? `${error.name}: ${error.message}` : String(error)
    session.send({ type: 'threw', message: message.slice(0, 2000) })
  }
  window.addEventListener('error', ({ error, message }) => threw(error ?? message))
  window.addEventListener('unhandledrejection', ({ reason }) => threw(reason))

  const place = document.createElement('div')
  place.id = 'scene'
  document.body.append(place)
  createRoot(place, { onUncaughtError: threw }).render(
    <StrictMode>
      <Root Scene={Scene} />
    </StrictMode>,
  )
}

function Root({ Scene }: { Scene: ComponentType }) {
  const scene = useStore(session.store, (state) => state.scene)
  const hue = useStore(session.store, ({ exhibit }) => exhibit?.hue)
  const language = useStore(session.store, (state) => state.language)
  const title = useStore(session.store, ({ texts }) => texts.title)

  useEffect(() => {
    const { documentElement } = document
    documentElement.dataset.theme = 'dusk'
    documentElement.lang = language
    if (title) document.title = title
    if (hue !== undefined) documentElement.style.setProperty('--hue', String(hue))
    if (scene) documentElement.dataset.scene = scene
  }, [scene, hue, language, title])
  useEffect(() => {
    if (scene) session.send({ type: 'ready' })
  }, [scene])

  return scene && <Scene />
}

/** Either side may be there first: the frame asks for a port, and takes each that it is given. */
function listenToPage() {
  window.addEventListener('message', ({ data, source, ports: [port] }) => {
    if (source === window.parent && data === sceneHello && port) session.connect(port)
  })
  window.parent.postMessage(sceneHello, '*')
}

function listenToVisitor() {
  const act = () => session.act(performance.now())
  const capture = { capture: true, passive: true }
  window.addEventListener('pointerdown', act, capture)
  window.addEventListener('pointermove', (event) => event.buttons !== 0 && act(), capture)
  window.addEventListener('keydown', act, capture)
  window.addEventListener('wheel', act, capture)
  // A kiosk's glass has no menu, no zoom and nothing to drag away.
  const not = (event: Event) => event.preventDefault()
  window.addEventListener('contextmenu', not)
  window.addEventListener('dragstart', not)
  window.addEventListener('wheel', (event) => event.ctrlKey && event.preventDefault(), { passive: false })
}
