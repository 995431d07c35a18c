import '@mantine/core/styles.css'
import '../shared/design/font.css'
import '../shared/design/tokens.css'
import './look/base.css'
import './look/tables.css'
import './look/mantine.css'
import './shell/shell.css'
import './session/session.css'
import './exhibits/exhibits.css'
import './devices/devices.css'
import './calibration/calibration.css'
import './statistics/statistics.css'
import './accounts/accounts.css'
import { createRoot } from 'react-dom/client'
import { ConsoleConfig } from '../shared/routes.ts'
import { createClient } from './api/client.ts'
import { App } from './app.tsx'
import { createLiveLink } from './live/link.ts'
import { createRecorder } from './live/recorder.ts'
import { createSession } from './session/session.ts'
import { createWords } from './words.ts'

/** Where the two servers are. Without an answer the page itself was not served by one, and both are unknown. */
async function loadConfig(): Promise<ConsoleConfig> {
  try {
    const response = await fetch(new URL('config.json', document.baseURI))
    return ConsoleConfig.parse(await response.json())
  } catch {
    return { controller: null, hub: null }
  }
}

export async function start() {
  const [config, words] = await Promise.all([loadConfig(), createWords()])
  const session = createSession(sessionStorage, Date.now())
  setInterval(() => session.getState().tick(Date.now()), 10_000)
  const token = () => session.getState().session?.token ?? null
  const client = createClient({
    config,
    token,
    onUnauthorised: (server) => session.getState().unauthorised(server),
  })
  const recorder = createRecorder()
  const live =
    config.controller === null
      ? null
      : createLiveLink({
          origin: config.controller,
          token,
          onRefused: () => session.getState().unauthorised('controller'),
          onMessage: recorder.hear,
        })
  const root = document.getElementById('root')
  if (root) createRoot(root).render(<App services={{ client, session, live, recorder }} words={words} />)
}
