import fc from 'fast-check'
import { beforeEach, describe, expect, it } from 'vitest'
import { type Effect, Link } from './link.ts'
import { Plan } from './plan.ts'
import { ScriptedBoard } from './testing/scripted-board.ts'

/** A link and a scripted board, joined by a wire without delay, in a time that only the test moves. */
class Bench {
  now = 1_000
  readonly plan = new Plan()
  readonly link = new Link()
  readonly effects: Effect[] = []
  readonly board = new ScriptedBoard('mh-00000001', (line) => this.inbox.push(line))
  readonly inbox: string[] = []
  /** Set to false to let the test see the hello. */
  accepts = true

  carryOut(effects: Effect[]): void {
    for (const effect of effects) {
      this.effects.push(effect)
      if (effect.do === 'send') this.board.receive(effect.text)
      if (effect.do === 'hello' && this.accepts) this.carryOut(this.link.accept(this.plan, this.now))
    }
    this.deliver()
  }

  deliver(): void {
    for (let line = this.inbox.shift(); line !== undefined; line = this.inbox.shift()) {
      this.link.heard()
      this.carryOut(this.link.receive(line, this.now))
    }
  }

  /** Lets the time go on, from deadline to deadline. */
  pass(ms: number): void {
    const end = this.now + ms
    for (let due = this.link.deadline(); due !== null && due <= end; due = this.link.deadline()) {
      this.now = Math.max(this.now, due)
      this.carryOut(this.link.tick(this.now))
    }
    this.now = end
  }

  open(): void {
    this.carryOut(this.link.open(this.now))
  }

  count(what: Effect['do']): number {
    return this.effects.filter((effect) => effect.do === what).length
  }

  notes(): string[] {
    return this.effects.flatMap((effect) => (effect.do === 'note' ? [effect.what] : []))
  }

  down(): string | undefined {
    return this.effects.flatMap((effect) => (effect.do === 'down' ? [effect.why] : []))[0]
  }
}

let bench: Bench
beforeEach(() => {
  bench = new Bench()
  bench.plan.inputs.set('A0', { kind: 'analog', interval: 20, threshold: 2 })
  bench.plan.outputs.set('9', { kind: 'pwm', min: 0, max: 200, safe: 0 })
})

describe('A link that opens', () => {
  it('sets the board up as planned, and is ready only then', () => {
    bench.plan.written.set('9', 77)
    bench.open()
    expect(bench.board.done).toEqual([
      { command: 'mode', pin: 9, mode: 'pwm' },
      { command: 'limits', pin: 9, min: 0, max: 200, safe: 0 },
      { command: 'mode', pin: 14, mode: 'analog' },
      { command: 'report', pin: 14, interval: 20, threshold: 2 },
      { command: 'write', pin: 9, value: 77 },
    ])
    expect(bench.effects.at(-1)).toEqual({ do: 'ready' })
    expect(bench.link.isUp).toBe(true)
  })

  it('becomes ready, with nothing driven, when it is told to be safe while it sets up', () => {
    for (const pin of ['5', '6', '9']) {
      bench.plan.outputs.set(pin, { kind: 'pwm', min: 0, max: 200, safe: 0 })
      bench.plan.written.set(pin, 77)
    }
    bench.board.losesAnswers = 1
    bench.open()
    expect(bench.link.isUp).toBe(false)
    bench.plan.written.clear()
    bench.carryOut(bench.link.safe(bench.now))
    bench.pass(500)
    expect(bench.link.isUp).toBe(true)
    expect(bench.count('ready')).toBe(1)
    expect(bench.board.written).toEqual({})
  })

  it('is ready only when what is added while it sets up is set up too', () => {
    bench.board.losesAnswers = 1
    bench.open()
    bench.plan.inputs.set('2', { kind: 'digital', interval: 5, pullup: true })
    bench.carryOut(bench.link.changed('2', bench.now))
    bench.pass(500)
    const ready = bench.effects.findIndex((effect) => effect.do === 'ready')
    expect(bench.effects.slice(ready + 1).filter((e) => e.do === 'send' && !/^B /.test(e.text))).toEqual([])
    expect(bench.board.done).toContainEqual({ command: 'report', pin: 2, interval: 5, threshold: 1 })
  })

  it('asks again for a board whose bootloader eats the first seconds', () => {
    bench.board.isSilent = true
    bench.open()
    bench.pass(2_000)
    expect(bench.down()).toBeUndefined()
    bench.board.isSilent = false
    bench.pass(300)
    expect(bench.link.isUp).toBe(true)
  })

  it('is ready at once when nothing is planned', () => {
    const empty = new Bench()
    empty.open()
    expect(empty.count('ready')).toBe(1)
  })

  it.each([
    ['silent', false],
    ['wrong-firmware', true],
  ] as const)('says %s after three seconds', (why, hears) => {
    bench.board.isSilent = true
    bench.open()
    if (hears) bench.link.heard()
    bench.pass(3_000)
    expect(bench.down()).toBe(why)
    expect(bench.link.deadline()).toBeNull()
  })

  it('says at once that the protocol is another one', () => {
    bench.board.protocol = 7
    bench.open()
    expect(bench.effects.at(-1)).toEqual({
      do: 'down',
      why: 'old-protocol',
      foreign: { protocol: 7, firmware: '9.9.9' },
    })
  })

  it('gives a blank board an identity, and meets it again under it', () => {
    bench.accepts = false
    bench.board.identity = null
    bench.open()
    bench.carryOut(bench.link.identify('mh-0000beef', bench.now))
    expect(bench.board.identity).toBe('mh-0000beef')
    const last = bench.effects.at(-1)
    expect(last?.do === 'hello' && last.hello.identity).toBe('mh-0000beef')
  })

  it('brings back what the watchdog made safe before it came', () => {
    bench.accepts = false
    bench.open()
    bench.board.goSafe('watchdog')
    bench.deliver()
    bench.carryOut(bench.link.accept(bench.plan, bench.now))
    expect(bench.notes()).toEqual(['safe-state', 'restored'])
  })

  it('says so when the board does not keep its identity', () => {
    bench.accepts = false
    bench.board.identity = null
    bench.board.refuses = () => 'eeprom-failed'
    bench.open()
    bench.carryOut(bench.link.identify('mh-0000beef', bench.now))
    expect(bench.down()).toBe('eeprom')
  })
})

describe('A link that is up', () => {
  beforeEach(() => bench.open())

  it('beats often enough for the board not to go safe', () => {
    const before = bench.count('send')
    bench.pass(1_200)
    expect(bench.count('send') - before).toBeGreaterThanOrEqual(9)
    expect(bench.count('send') - before).toBeLessThanOrEqual(11)
  })

  it('repeats what was not answered, under the same number, so that it is done once', () => {
    bench.board.losesAnswers = 3
    bench.carryOut(bench.link.write('9', 5, bench.now))
    bench.pass(600)
    expect(bench.board.done.filter((each) => each.command === 'write')).toEqual([
      { command: 'write', pin: 9, value: 5 },
    ])
    expect(bench.link.counters.retries).toBe(3)
    expect(bench.link.isUp).toBe(true)
  })

  it('is mute when nothing is answered for a second', () => {
    bench.board.isSilent = true
    bench.pass(1_200)
    expect(bench.down()).toBe('mute')
  })

  it('lets only the newest value of each pin wait', () => {
    bench.board.losesAnswers = 1
    for (const value of [1, 2, 3, 4]) bench.carryOut(bench.link.write('9', value, bench.now))
    bench.pass(300)
    const values = bench.board.done.flatMap((each) => (each.command === 'write' ? [each.value] : []))
    expect(values).toEqual([1, 4])
  })

  it('tells of a refusal, by pin', () => {
    bench.board.refuses = (command) => (command.command === 'write' ? 'out-of-limits' : null)
    bench.carryOut(bench.link.write('9', 250, bench.now))
    expect(bench.effects.at(-1)).toEqual({
      do: 'note',
      pin: '9',
      what: 'refused',
      why: 'write: out-of-limits',
    })
    expect(bench.link.counters.refused).toBe(1)
  })

  it('tries again while the EEPROM is busy', () => {
    let isBusy = true
    bench.board.refuses = () => (isBusy ? 'busy' : null)
    bench.carryOut(bench.link.write('9', 6, bench.now))
    expect(bench.board.written).toEqual({})
    isBusy = false
    bench.pass(100)
    expect(bench.board.written).toEqual({ 9: 6 })
  })

  it.each([true, false])('sets a board up again that was reset (it says so by itself: %s)', (says) => {
    bench.plan.written.set('9', 40)
    bench.carryOut(bench.link.write('9', 40, bench.now))
    bench.board.reset(says)
    bench.deliver()
    bench.pass(500)
    expect(bench.board.written).toEqual({ 9: 40 })
    expect(bench.notes()).toEqual(['safe-state', 'restored'])
    expect(bench.link.isUp).toBe(true)
  })

  it('restores what a missed heartbeat put into its safe state', () => {
    bench.plan.written.set('9', 33)
    bench.board.goSafe('heartbeat')
    bench.deliver()
    bench.pass(50)
    expect(bench.board.written).toEqual({ 9: 33 })
    expect(bench.notes()).toEqual(['safe-state', 'restored'])
  })

  it('leaves what someone made safe', () => {
    bench.plan.written.set('9', 33)
    bench.carryOut(bench.link.write('9', 33, bench.now))
    bench.carryOut(bench.link.safe(bench.now))
    bench.board.goSafe('command')
    bench.deliver()
    bench.pass(500)
    expect(bench.board.done.at(-1)).toEqual({ command: 'safe' })
    expect(bench.notes()).toEqual(['safe-state'])
  })

  it('tells new parts of the plan at once', () => {
    bench.plan.inputs.set('2', { kind: 'digital', interval: 5, pullup: true })
    bench.carryOut(bench.link.changed('2', bench.now))
    expect(bench.board.done.slice(-2)).toEqual([
      { command: 'mode', pin: 2, mode: 'pullup' },
      { command: 'report', pin: 2, interval: 5, threshold: 1 },
    ])
  })

  it('passes readings of planned pins on, and counts lost reports', () => {
    bench.board.report([{ pin: 14, value: 512 }], { micros: 5 })
    bench.board.report([{ pin: 15, value: 1 }], { lost: 2 })
    bench.deliver()
    expect(bench.effects.filter((effect) => effect.do === 'reading')).toEqual([
      { do: 'reading', pin: 'A0', raw: 512, micros: 5 },
    ])
    expect(bench.link.counters.lostReports).toBe(2)
  })

  it('says a last word that makes everything safe', () => {
    const last = bench.link.farewell()
    expect(last).toMatch(/^S A001 \d+\*/)
    expect(bench.link.deadline()).toBeNull()
  })
})

describe('Whatever comes over the line', () => {
  it('is counted, and moves nothing', () => {
    fc.assert(
      fc.property(
        fc.array(fc.oneof(fc.string(), fc.string({ unit: 'binary' })), { maxLength: 40 }),
        (lines) => {
          const fresh = new Bench()
          fresh.plan.outputs.set('9', { kind: 'pwm', min: 0, max: 255, safe: 0 })
          fresh.open()
          const writes = fresh.board.done.length
          for (const line of lines) fresh.carryOut(fresh.link.receive(line, fresh.now))
          const { malformed, badChecksum, tooLong } = fresh.link.counters
          expect(malformed + badChecksum + tooLong).toBe(lines.length)
          expect(fresh.board.done.length).toBe(writes)
          expect(fresh.link.isUp).toBe(true)
        },
      ),
    )
  })

  it('takes a wrong checksum for nothing', () => {
    bench.open()
    bench.carryOut(bench.link.receive('R 1 1000 14=1*0000', bench.now))
    expect(bench.link.counters.badChecksum).toBe(1)
    expect(bench.count('reading')).toBe(0)
  })
})
