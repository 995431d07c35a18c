import type { ControllerHealth } from '../shared/health.ts'
import type { KioskState } from '../shared/mqtt.ts'
import type { Rooms } from './api/index.ts'

/** The kiosk's state is published at most once a second, in ms. */
const pace = 1000

/** What a dashboard of someone else is told of this kiosk. */
export function kioskStateOf(
  { status, kiosk }: Pick<ControllerHealth, 'status' | 'kiosk'>,
  { boards, exhibits, visits }: Pick<Rooms, 'boards' | 'exhibits' | 'visits'>,
  now: number,
): KioskState {
  const visited = visits.current()?.exhibit
  return {
    kiosk,
    at: new Date(now).toISOString(),
    status: status === 'ok' ? 'ok' : 'degraded',
    exhibits: exhibits
      .list()
      .map(({ id, mode, resting }) => ({ id, mode, resting: resting !== null, visit: id === visited })),
    boards: boards.list().map(({ id, state }) => ({ id, state })),
  }
}

/** Publishes the state whenever it changed: at once, then at most once a second. */
export function createPublisher(options: { state: () => KioskState; publish: (state: KioskState) => void }) {
  const { state, publish } = options
  let last = ''
  let timer: NodeJS.Timeout | null = null
  let again = false

  function look(): void {
    const now = state()
    const text = JSON.stringify({ ...now, at: '' })
    if (text === last) return
    last = text
    publish(now)
  }
  function changed(): void {
    if (timer) {
      again = true
      return
    }
    look()
    timer = setTimeout(() => {
      timer = null
      if (again) {
        again = false
        changed()
      }
    }, pace)
  }

  return {
    changed,
    stop() {
      if (timer) clearTimeout(timer)
      timer = null
    },
  }
}
