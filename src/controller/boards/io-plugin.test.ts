import five from 'johnny-five'
import { beforeEach, describe, expect, it } from 'vitest'
import { IoPlugin } from './io-plugin.ts'

let said: string[]
let io: IoPlugin
let board: five.Board

beforeEach(async () => {
  said = []
  io = new IoPlugin({
    drive: (pin, kind) => said.push(`drive ${pin} ${kind}`),
    write: (pin, raw) => said.push(`write ${pin} ${raw}`),
    report: (pin, kind, pullup) => said.push(`report ${pin} ${kind}${pullup ? ' pullup' : ''}`),
  })
  const options = { io, repl: false, sigint: false, debug: false }
  board = new five.Board(options)
  await new Promise<void>((resolve) => board.on('ready', () => resolve()))
})

describe('The IO plugin, under Johnny-Five', () => {
  it('is ready although no board is there, and tells it once', () => {
    let told = 0
    io.on('ready', () => {
      told += 1
    })
    expect(io.isReady).toBe(true)
    expect(told).toBe(0)
  })

  it('puts a duty out for a Led', () => {
    const led = new five.Led({ board, pin: 9 })
    led.brightness(77)
    led.off()
    expect(said).toEqual(['drive 9 pwm', 'write 9 77', 'write 9 0'])
  })

  it('puts levels out for a Pin, also on an analogue one', () => {
    const options = { board, pin: 'A3', type: 'digital', mode: io.MODES.OUTPUT }
    new five.Pin(options).high()
    expect(said).toEqual(['drive A3 digital', 'write A3 1'])
  })

  it('puts µs out for a Servo', () => {
    const micros = [544, 2400]
    const options = { board, pin: 10, range: micros, degreeRange: micros, pwmRange: micros }
    new five.Servo(options).to(1500)
    expect(said).toEqual(['drive 10 servo', 'write 10 1500'])
  })

  it('gives a Sensor its counts', async () => {
    const sensor = new five.Sensor({ board, pin: 'A0', freq: 5 })
    expect(said).toEqual(['report A0 analog'])
    const heard = new Promise((resolve) => sensor.on('change', () => resolve(sensor.value)))
    io.deliver('A0', 'analog', 512)
    await expect(heard).resolves.toBe(512)
  })

  it('wires the pull-up for a Button', async () => {
    const button = new five.Button({ board, pin: 2, isPullup: true })
    expect(said).toEqual(['report 2 digital pullup'])
    const heard = new Promise<void>((resolve) => button.on('down', () => resolve()))
    io.deliver('2', 'digital', 0)
    await heard
  })

  it('knows no pin that no board has', () => {
    expect(() => io.digitalWrite(99, 1)).toThrow(RangeError)
  })

  it('does not put PWM out where no board can', () => {
    io.pwmWrite(20, 100)
    expect(said).toEqual([])
  })
})
