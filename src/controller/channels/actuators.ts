import five from 'johnny-five'
import type { Pin } from '../../shared/ids.ts'
import type { IoPlugin } from '../boards/index.ts'
import type { OutputSpec } from './scale.ts'

/** One Johnny-Five component on one pin, written in raw units: duty 0 to 255, a level, or a pulse in µs. */
export interface Actuator {
  write(raw: number): void
}

interface BoardComponents {
  board: Promise<five.Board>
  actuators: Map<string, Actuator>
}

/** A component cannot be undone, so each is made once for its plugin and kept as long as the plugin is. */
const components = new WeakMap<IoPlugin, BoardComponents>()

function componentsOf(io: IoPlugin): BoardComponents {
  const known = components.get(io)
  if (known) return known
  const board = new Promise<five.Board>((resolve) => {
    const options = { io, repl: false, sigint: false, debug: false }
    const made = new five.Board(options)
    made.on('ready', () => resolve(made))
  })
  const fresh = { board, actuators: new Map<string, Actuator>() }
  components.set(io, fresh)
  return fresh
}

/** The component for this pin. The plugin is ready at once, whether the board is there or not. */
export async function actuatorOn(io: IoPlugin, pin: Pin, spec: OutputSpec): Promise<Actuator> {
  const { board, actuators } = componentsOf(io)
  const key = `${spec.kind} ${pin}`
  const known = actuators.get(key)
  if (known) return known
  const fresh = make(await board, pin, spec.kind)
  actuators.set(key, fresh)
  return fresh
}

function make(board: five.Board, pin: Pin, kind: OutputSpec['kind']): Actuator {
  switch (kind) {
    case 'pwm-out': {
      const led = new five.Led({ board, pin })
      return { write: (duty) => led.brightness(duty) }
    }
    case 'servo-out': {
      // Degrees are stretched so that one degree is one µs: the channel's own scale knows the angle.
      const micros: [number, number] = [400, 2600]
      const options = { board, pin, range: micros, degreeRange: micros, pwmRange: micros }
      const servo = new five.Servo(options)
      return { write: (pulse) => servo.to(pulse) }
    }
    case 'digital-out': {
      const options = { board, pin, type: 'digital', mode: board.io.MODES.OUTPUT }
      const output = new five.Pin(options)
      return { write: (level) => (level ? output.high() : output.low()) }
    }
  }
}
