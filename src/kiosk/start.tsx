import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { App } from './App.tsx'
import { quietGlass } from './glass.ts'
import { createKiosk } from './kiosk.ts'
import { createLink } from './link.ts'
import './kiosk.css'

const keyName = 'makerhall-visitor-key'

/** The visitor's key comes in the address's fragment once; the tab remembers it for a way back from the console. */
function visitorKey(): string | null {
  const given = new URLSearchParams(location.hash.slice(1)).get('key')
  if (given) sessionStorage.setItem(keyName, given)
  return given ?? sessionStorage.getItem(keyName)
}

const key = visitorKey()
const kiosk = createKiosk(
  (message) => link.send(message),
  () => performance.now(),
)
const link = createLink({
  open({ opened, heard, closed }) {
    const socket = new WebSocket(new URL('/api/live', location.href.replace(/^http/, 'ws')))
    socket.onopen = opened
    socket.onmessage = ({ data }) => heard(data)
    socket.onclose = closed
    return socket
  },
  token: key ?? '',
  onMessage: kiosk.hear,
  onLive: kiosk.live,
})
if (key) link.start()
setInterval(() => kiosk.happen({ type: 'clock' }), 250)
quietGlass()

const place = document.getElementById('kiosk')
if (place) {
  createRoot(place).render(
    <StrictMode>
      <App kiosk={kiosk} hasKey={key !== null} />
    </StrictMode>,
  )
}
