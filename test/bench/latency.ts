import five from 'johnny-five'
import WebSocket from 'ws'
import { encodeBoardLine, encodeCommand } from '../../firmware-protocol/index.ts'
import { LiveDown } from '../../src/shared/live.ts'
import type { Product } from '../e2e/product.ts'
import { type Figures, interleaved, sampled, wireTime } from './measure.ts'
import { createRig, type Rig } from './rig.ts'

const samples = 30
const reportBytes =
  encodeBoardLine({ kind: 'report', seq: 1000, time: 100_000_000, values: [{ pin: 14, value: 512 }] })
    .length + 1
const commandBytes = encodeCommand({ command: 'write', pin: 9, value: 128 }, 1000, '7F3A').length + 1
const elapsed = async (work: () => Promise<unknown>) => {
  const began = performance.now()
  await work()
  return performance.now() - began
}

/** From a scene's touch to the pin of the emulated chip. */
async function commandToPin(rig: Rig) {
  let high = false
  return sampled(samples, () => {
    high = !high
    return elapsed(async () => {
      rig.exhibits.touch('bench', 'dial', high ? 4 : 1)
      await rig.pinIs('9', ({ duty }) => (high ? duty > 0.7 : duty < 0.3))
    })
  })
}

/** From the edge at the button's pin to the edge at the lamp's. */
async function pressToLamp(rig: Rig) {
  return sampled(samples, async () => {
    const { level } = await rig.pins.read('8')
    const took = await elapsed(async () => {
      await rig.pins.hold('2', { level: 0 })
      await rig.pinIs('8', (state) => state.level !== level)
    })
    await rig.pins.hold('2', { level: 1 })
    // The button is let go for longer than either side's debouncing.
    await new Promise((done) => setTimeout(done, 40))
    return took
  })
}

/** The same in Johnny-Five alone: its Button and its Relay on the same IO plugin, debounced as it comes. */
async function withJohnnyFive() {
  const rig = await createRig({ withExhibit: false })
  const options = { io: rig.board.io, repl: false, sigint: false, debug: false }
  const board = new five.Board(options)
  await new Promise<void>((done) => board.on('ready', () => done()))
  rig.board.output('8', { kind: 'digital', min: 0, max: 1, safe: 0 })
  rig.board.input('2', { kind: 'digital', interval: 20, pullup: true })
  const lamp = new five.Relay({ pin: 8, board })
  new five.Button({ pin: 2, isPullup: true, board }).on('press', () => lamp.toggle())
  return rig
}

/** From a voltage at A0 to the message on a page's live socket, through the whole product. */
async function pinToWebsocket(product: Product) {
  const socket = new WebSocket(`ws://127.0.0.1:${product.port}/api/live`)
  await new Promise((done) => socket.once('open', done))
  socket.send(JSON.stringify({ token: product.token() }))
  let wanted = Number.NaN
  let arrived = () => {}
  socket.on('message', (data) => {
    const message = LiveDown.parse(JSON.parse(String(data)))
    if (message.type !== 'patch') return
    const dial = message.channels?.find(({ channel }) => channel === 'dial')
    if (typeof dial?.value === 'number' && Math.abs(dial.value - wanted) < 0.1) arrived()
  })
  let high = false
  const took = await sampled(samples, () => {
    high = !high
    wanted = high ? 4 : 1
    return elapsed(async () => {
      const here = new Promise<void>((done) => {
        arrived = done
      })
      void product.hold('A0', { volts: wanted })
      await here
    })
  })
  socket.close()
  return took
}

export async function latencies(product: Product): Promise<Figures> {
  const ours = await createRig({ withExhibit: true })
  const plain = await withJohnnyFive()
  const values = await interleaved({
    command: () => commandToPin(ours),
    lamp: () => pressToLamp(ours),
    five: () => pressToLamp(plain),
    socket: () => pinToWebsocket(product),
  })
  await ours.stop()
  await plain.stop()

  const command = wireTime(commandBytes)
  const report = wireTime(reportBytes)
  return {
    'command.to.pin': {
      value: values.command,
      unit: 'ms',
      limit: { name: 'the command on the wire', value: command },
      ratio: values.command / command,
    },
    'pin.to.pin': {
      value: values.lamp,
      unit: 'ms',
      peer: { name: 'five.Button and five.Relay', value: values.five },
      limit: { name: 'report and command on the wire', value: report + command },
      ratio: values.lamp / values.five,
    },
    'pin.to.websocket': {
      value: values.socket,
      unit: 'ms',
      limit: { name: 'the report on the wire', value: report },
      ratio: values.socket / report,
    },
  }
}
