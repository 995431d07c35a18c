import { AVRTimer, CPU, timer0Config, timer1Config } from 'avr8js'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { chips } from './chips.ts'
import { Timer, type TimerConfig } from './timer.ts'

const config = (index: number): TimerConfig => {
  const found = chips.uno.timers[index]
  if (!found) throw new Error(`There is no timer ${index}`)
  return found
}

/** A CPU that stands still; its clock is moved by hand, from event to event as in sleep. */
function bench(build: (cpu: CPU) => void) {
  const cpu = new CPU(new Uint16Array(16), 0x800)
  build(cpu)
  const write = (register: number, value: number) => cpu.writeData(register, value)
  const write16 = (register: number, value: number) => {
    cpu.writeData(register + 1, value >> 8)
    cpu.writeData(register, value & 0xff)
  }
  const read16 = (register: number) => {
    const low = cpu.readData(register)
    return low | (cpu.readData(register + 1) << 8)
  }
  /** Goes on, by single cycles so that every event is on time. */
  const wait = (cycles: number) => {
    for (let index = 0; index < cycles; index++) {
      cpu.cycles++
      cpu.tick()
    }
  }
  return { cpu, write, write16, read16, wait }
}

const ours = (index: number) => bench((cpu) => new Timer(cpu, config(index), () => undefined))

describe('against avr8js’s timers, which count one by one', () => {
  // Both start their prescaler a cycle apart: compare in the middle of a count.
  const prescalers = [
    [2, 8],
    [3, 64],
  ] as const

  test('8 bits: counts and flags', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(0, 1, 2, 3, 5, 7),
        fc.constantFrom(...prescalers),
        fc.integer({ min: 2, max: 255 }),
        fc.integer({ min: 1, max: 255 }),
        fc.array(fc.integer({ min: 1, max: 700 }), { minLength: 1, maxLength: 5 }),
        (mode, [select, divisor], ocrA, ocrB, waits) => {
          // avr8js flags a compare value above the top at each overflow, although the counter never gets there.
          fc.pre(ocrB <= ocrA)
          const pair = [ours(0), bench((cpu) => new AVRTimer(cpu, timer0Config))]
          for (const { write, wait } of pair) {
            write(0x47, ocrA)
            write(0x48, ocrB)
            write(0x44, mode & 3)
            write(0x45, ((mode & 4) << 1) | select)
            wait(2 + divisor / 2)
          }
          for (const counts of waits) {
            for (const { wait } of pair) wait(counts * divisor)
            const [mine, theirs] = pair.map(({ cpu }) => ({
              count: cpu.readData(0x46),
              flags: cpu.readData(0x35),
            }))
            expect(mine).toEqual(theirs)
            for (const { cpu } of pair) cpu.data[0x35] = 0
          }
        },
      ),
      { numRuns: 60 },
    )
  })

  test('16 bits: counts', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(0, 1, 2, 4, 5, 6, 8, 9, 12, 14, 15),
        fc.integer({ min: 20, max: 900 }),
        fc.integer({ min: 1, max: 20 }),
        fc.array(fc.integer({ min: 1, max: 2500 }), { minLength: 1, maxLength: 4 }),
        (mode, top, ocrB, waits) => {
          const pair = [ours(1), bench((cpu) => new AVRTimer(cpu, timer1Config))]
          for (const { write, write16, wait } of pair) {
            write16(0x86, top)
            write16(0x88, top)
            write16(0x8a, ocrB)
            write(0x80, mode & 3)
            write(0x81, ((mode & 12) << 1) | 2)
            wait(6)
          }
          for (const counts of waits) {
            for (const { wait } of pair) wait(counts * 8)
            const [mine, theirs] = pair.map(({ read16 }) => read16(0x84))
            expect(mine).toBe(theirs)
          }
        },
      ),
      { numRuns: 40 },
    )
  })
})

describe('interrupts', () => {
  const pending = (cpu: CPU) => cpu.nextInterrupt

  test('a compare match comes every period, and wakes the clock for nothing else', () => {
    const { cpu, write } = ours(0)
    write(0x47, 249)
    write(0x44, 2)
    write(0x6e, 2)
    write(0x45, 3)
    const matches: number[] = []
    for (let event = 0; event < 4; event++) {
      const clock = cpu as unknown as { nextClockEvent: { cycles: number } }
      cpu.cycles = clock.nextClockEvent.cycles
      cpu.tick()
      if (pending(cpu) === 28) matches.push(cpu.cycles)
      cpu.writeData(0x35, 2)
    }
    expect(matches).toEqual([249, 499, 749, 999].map((count) => count * 64))
  })

  test('a timer without enabled interrupts sets no event at all, and knows its count an hour later', () => {
    const { cpu, write } = ours(0)
    write(0x44, 3)
    write(0x45, 3)
    expect((cpu as unknown as { nextClockEvent: unknown }).nextClockEvent).toBeNull()
    cpu.cycles += 3600 * 16_000_000 + 64 * 7
    expect(cpu.readData(0x46)).toBe((3600 * 250_000 + 7) % 256)
    expect(cpu.readData(0x35) & 1).toBe(1)
  })

  test('a flag is cleared by writing one to it, and by no other write', () => {
    const { cpu, write } = ours(0)
    write(0x45, 1)
    cpu.cycles += 300
    expect(cpu.readData(0x35)).toBe(7)
    write(0x35, 2)
    expect(cpu.readData(0x35)).toBe(5)
  })
})

describe('duty', () => {
  const duty = (index: number, control: readonly [number, number], ocr: readonly [number, number]) => {
    const cpu = new CPU(new Uint16Array(16), 0x800)
    const timer = new Timer(cpu, config(index), () => undefined)
    const [a = 0, b = 0] = config(index).OCR
    cpu.writeData(a, ocr[0])
    cpu.writeData(b, ocr[1])
    cpu.writeData(config(index).TCCRA, control[0])
    cpu.writeData(config(index).TCCRB, control[1])
    return [timer.duty(0), timer.duty(1)]
  }

  test.each([
    ['off', 0, [0x03, 0x03], [128, 64], [null, null]],
    ['fast', 0, [0xa3, 0x03], [127, 255], [0.5, 1]],
    ['fast, inverted', 0, [0xf3, 0x03], [127, 255], [0.5, 0]],
    ['phase correct', 1, [0xa1, 0x03], [51, 255], [0.2, 1]],
    ['phase correct, inverted', 1, [0xf1, 0x03], [51, 0], [0.8, 1]],
    ['toggled on match', 0, [0x42, 0x03], [100, 0], [0.5, null]],
  ] as const)('%s', (_name, index, control, ocr, expected) => {
    expect(duty(index, control, ocr)).toEqual(expected)
  })
})
