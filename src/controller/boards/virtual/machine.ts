import { AVREEPROM, AVRIOPort, avrInstruction, CPU, type EEPROMBackend, eepromConfig } from 'avr8js'
import type { Pin } from '../../../shared/ids.ts'
import { Adc } from './adc.ts'
import type { Chip, Lead } from './chips.ts'
import type { Circuit, PinDrive } from './circuit.ts'
import { peek } from './registers.ts'
import { Timer } from './timer.ts'
import { Usart } from './usart.ts'
import { Watchdog } from './watchdog.ts'

const MCUSR = 0x54
const SMCR = 0x53
const SLEEP_ENABLED = 0x01
const NOISE_REDUCTION = 0x02
const SLEEP_MODE = 0x0e

const SLEEP = 0x9588
const SEI = 0x9478
const RETI = 0x9518

/** Inputs follow the circuit within 100 µs, and a charging capacitor is computed every millisecond. */
const REFRESH_CYCLES = 1_600
const SETTLE_CYCLES = 16_000
/** avr8js's own for a timer's hold on a pin. */
const OVERRIDE = { none: 0, set: 2, clear: 3 }

/** Why the chip starts, as MCUSR tells it. */
export type ResetCause = 'power' | 'external' | 'watchdog'
const resetFlags: Readonly<Record<ResetCause, number>> = { power: 0x01, external: 0x02, watchdog: 0x08 }

export interface MachineOptions {
  readonly chip: Chip
  readonly program: Uint16Array
  readonly eeprom: EEPROMBackend
  readonly cause: ResetCause
  /** The chip before this reset: its time goes on, and its RAM and MCUSR outlive all but a loss of power. */
  readonly before: Machine | null
  /** What RAM holds as power comes on. */
  readonly noise: () => number
  readonly transmit: (byte: number) => void
}

/** The clock events of avr8js's CPU, which it keeps to itself. */
interface Clock {
  readonly nextClockEvent: { readonly cycles: number } | null
}

/**
 * One life of the chip, from a reset to the next: avr8js's CPU, ports and EEPROM with peripherals of our own where its
 * are not enough. A reset makes a new one, since avr8js resets the CPU alone. Every sleep mode counts as idle.
 */
export class Machine {
  readonly cpu: CPU
  readonly usart: Usart
  readonly #chip: Chip
  readonly #clock: Clock
  readonly #ports = new Map<string, AVRIOPort>()
  readonly #timers: readonly Timer[]
  readonly #outputs = new Map<Pin, { timer: Timer; channel: number }[]>()
  readonly #adc: Adc
  #circuit: Circuit | null = null
  #refreshing = false
  #settling = false
  #refreshedAt = Number.NEGATIVE_INFINITY
  #asleep = false
  #reset = false

  constructor({ chip, program, eeprom, cause, before, noise, transmit }: MachineOptions) {
    const cpu = new CPU(program, chip.dataBytes)
    this.cpu = cpu
    this.#chip = chip
    this.#clock = cpu as unknown as Clock
    cpu.cycles = before?.cpu.cycles ?? 0
    if (before && cause !== 'power') {
      cpu.data.set(before.cpu.data.subarray(chip.firstRam), chip.firstRam)
      cpu.data[MCUSR] = peek(before.cpu, MCUSR) | resetFlags[cause]
    } else {
      for (let address = chip.firstRam; address < cpu.data.length; address++)
        cpu.data[address] = noise() * 256
      cpu.data[MCUSR] = resetFlags[cause]
    }
    for (const [name, config] of Object.entries(chip.ports)) {
      const port = new AVRIOPort(cpu, config)
      port.addListener(() => this.touch())
      this.#ports.set(name, port)
    }
    this.#timers = chip.timers.map(
      (config) => new Timer(cpu, config, () => this.#joinOutputs(config.outputs)),
    )
    for (const timer of this.#timers) {
      for (const [channel, pin] of timer.config.outputs.entries()) {
        this.#outputs.set(pin, [...(this.#outputs.get(pin) ?? []), { timer, channel }])
      }
    }
    this.usart = new Usart(cpu, chip.usart, transmit)
    const byChannel = new Map([...chip.pins].map(([pin, { adc }]) => [adc, pin]))
    this.#adc = new Adc(cpu, chip.adc, (channel) => this.#sample(byChannel.get(channel)))
    new AVREEPROM(cpu, eeprom, { ...eepromConfig, eepromReadyInterrupt: chip.eepromVector })
    new Watchdog(cpu, chip.watchdogVector, () => {
      this.#reset = true
    })
  }

  /** The watchdog has bitten: this life is over. */
  get bitten(): boolean {
    return this.#reset
  }

  /** Whether the CPU sleeps until something happens. */
  get asleep(): boolean {
    return this.#asleep
  }

  /** The cycle of the next thing that happens by itself; infinite if nothing will. */
  get nextEvent(): number {
    return this.#clock.nextClockEvent?.cycles ?? Number.POSITIVE_INFINITY
  }

  /** Joins the chip to what stands on its pins. */
  connect(circuit: Circuit): void {
    this.#circuit = circuit
    circuit.change()
    this.#followOn()
  }

  /** Something changed on the pins' inner or outer side: have the inputs follow soon. */
  touch(): void {
    this.#circuit?.change()
    this.#refreshIn(Math.max(8, this.#refreshedAt + REFRESH_CYCLES - this.cpu.cycles))
  }

  /** Has the inputs follow the circuit at once. */
  follow(): void {
    const { cycles } = this.cpu
    const circuit = this.#circuit
    if (!circuit) return
    circuit.advance(cycles)
    this.#refreshedAt = cycles
    for (const [pin, lead] of this.#chip.pins) {
      const port = lead.port === null ? undefined : this.#ports.get(lead.port)
      port?.setPin(lead.bit, circuit.level(pin) === 1)
    }
  }

  /** What the chip does to a pin. */
  drive(pin: Pin): PinDrive {
    const lead = this.#chip.pins.get(pin)
    const config = lead && lead.port !== null ? this.#chip.ports[lead.port] : undefined
    if (!lead || !config) return { mode: 'input', duty: 0 }
    const mask = 1 << lead.bit
    const set = (peek(this.cpu, config.PORT) & mask) !== 0
    if (!(peek(this.cpu, config.DDR) & mask)) return { mode: set ? 'pullup' : 'input', duty: 0 }
    const duty = this.#duty(pin)
    return duty === null ? { mode: 'output', duty: set ? 1 : 0 } : { mode: 'pwm', duty }
  }

  /** Runs until the cycle `until` (a whole number), or the watchdog bites. */
  run(until: number): void {
    const { cpu } = this
    const { progMem } = cpu
    const clock = this.#clock
    while (cpu.cycles < until && !this.#reset) {
      const opcode = progMem[cpu.pc] ?? 0
      if ((opcode & 0xfe00) === 0x9400) {
        if (opcode === SLEEP) {
          this.#sleep(until)
          continue
        }
        avrInstruction(cpu)
        // One more instruction runs before an interrupt: without this, "sei, sleep" would miss its wake-up.
        if (opcode === SEI || opcode === RETI) continue
      } else avrInstruction(cpu)
      // What tick() would find out too, but with a call and a look at SREG for every instruction.
      const event = clock.nextClockEvent
      if (cpu.nextInterrupt >= 0 || (event !== null && event.cycles <= cpu.cycles)) cpu.tick()
    }
  }

  /** The CPU stands at a SLEEP: goes from event to event until an interrupt wakes it or `until` is there. */
  #sleep(until: number): void {
    const { cpu } = this
    const at = cpu.pc
    const control = peek(cpu, SMCR)
    if (!(control & SLEEP_ENABLED)) {
      cpu.pc = at + 1
      cpu.cycles++
      cpu.tick()
      return
    }
    if (!this.#asleep) {
      this.#asleep = true
      if ((control & SLEEP_MODE) === NOISE_REDUCTION) this.#adc.startIfIdle()
    }
    while (!this.#reset) {
      const next = this.nextEvent
      const pending = cpu.nextInterrupt >= 0 && cpu.interruptsEnabled
      if (!pending) {
        if (next > until) {
          cpu.cycles = Math.max(cpu.cycles, until)
          return
        }
        cpu.cycles = Math.max(cpu.cycles, next)
      }
      // An interrupt returns to the instruction after the SLEEP.
      cpu.pc = at + 1
      cpu.tick()
      if (cpu.pc !== at + 1) {
        this.#asleep = false
        return
      }
      cpu.pc = at
    }
  }

  #duty(pin: Pin): number | null {
    for (const { timer, channel } of this.#outputs.get(pin) ?? []) {
      const duty = timer.duty(channel)
      if (duty !== null) return duty
    }
    return null
  }

  /** Shows the program the level that a timer's output has for more than half of the time. */
  #joinOutputs(pins: readonly Pin[]): void {
    for (const pin of pins) {
      const lead: Lead | undefined = this.#chip.pins.get(pin)
      const port = lead && lead.port !== null ? this.#ports.get(lead.port) : undefined
      if (!lead || !port) continue
      const duty = this.#duty(pin)
      port.timerOverridePin(
        lead.bit,
        duty === null ? OVERRIDE.none : duty >= 0.5 ? OVERRIDE.set : OVERRIDE.clear,
      )
    }
    this.touch()
  }

  #sample(pin: Pin | undefined): number {
    if (pin === undefined || !this.#circuit) return 0
    this.#circuit.advance(this.cpu.cycles)
    return this.#circuit.sample(pin)
  }

  #refreshIn(cycles: number): void {
    if (this.#refreshing) return
    this.#refreshing = true
    this.cpu.addClockEvent(this.#refresh, cycles)
  }

  readonly #refresh = (): void => {
    this.#refreshing = false
    this.#followOn()
  }

  readonly #settle = (): void => {
    this.#settling = false
    this.#followOn()
  }

  /** Follows now, and again in a while as long as something settles. */
  #followOn(): void {
    this.follow()
    if (this.#settling || !this.#circuit || this.#circuit.settled) return
    this.#settling = true
    this.cpu.addClockEvent(this.#settle, SETTLE_CYCLES)
  }
}
