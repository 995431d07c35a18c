import { type SceneDown, SceneUp, sceneHello } from '../shared/scene.ts'

export interface SceneHost {
  stop(): void
  send(message: SceneDown): void
}

export interface SceneHostOptions {
  frame: HTMLIFrameElement
  /** What the scene is told first, null while it is not known yet: then the caller calls `send` with it later. */
  first: () => SceneDown | null
  onMessage: (message: SceneUp) => void
}

/**
 * The page's end of a scene's port. The frame asks for it when its kit is there; the page offers it at the load for a
 * frame that did not ask. What is no message of a scene is left alone.
 */
export function hostScene({ frame, first, onMessage }: SceneHostOptions): SceneHost {
  let port: MessagePort | null = null

  function offer() {
    const { port1, port2 } = new MessageChannel()
    port?.close()
    port = port1
    port1.onmessage = ({ data }) => {
      const message = SceneUp.safeParse(data)
      if (message.success) onMessage(message.data)
    }
    // A sandboxed frame has no origin that could be named.
    frame.contentWindow?.postMessage(sceneHello, '*', [port2])
    const start = first()
    if (start) port1.postMessage(start)
  }
  const asked = ({ source, data }: MessageEvent<unknown>) => {
    if (source === frame.contentWindow && data === sceneHello) offer()
  }
  const loaded = () => {
    if (!port) offer()
  }
  window.addEventListener('message', asked)
  frame.addEventListener('load', loaded)

  return {
    stop() {
      window.removeEventListener('message', asked)
      frame.removeEventListener('load', loaded)
      port?.close()
      port = null
    },
    send: (message) => port?.postMessage(message),
  }
}
