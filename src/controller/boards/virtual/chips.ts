import {
  type AVRPortConfig,
  INT0,
  INT1,
  portAConfig,
  portBConfig,
  portCConfig,
  portDConfig,
  portEConfig,
  portFConfig,
  portGConfig,
  portHConfig,
  portJConfig,
  portKConfig,
  portLConfig,
} from 'avr8js'
import type { Mcu } from '../../../shared/board.ts'
import type { Pin } from '../../../shared/ids.ts'
import type { AdcConfig } from './adc.ts'
import type { TimerConfig } from './timer.ts'
import type { UsartConfig } from './usart.ts'

/*
 * Addresses and interrupt vectors of the ATmega328P (data sheet DS40002061, chapters 12 and 36) and the ATmega2560 (data
 * sheet DS40002211, chapters 14 and 33). A vector's word address is twice its number on both, since each is a JMP.
 */
const vector = (number: number) => number * 2

/** Where an Arduino pin comes out of the chip: a port's letter and bit, and its ADC channel if it has one. */
export interface Lead {
  readonly port: string | null
  readonly bit: number
  readonly adc: number | null
}

export interface Chip {
  readonly flashBytes: number
  /** SRAM and the extended I/O registers below it: what follows the first 256 addresses. */
  readonly dataBytes: number
  readonly firstRam: number
  readonly eepromBytes: number
  readonly ports: Readonly<Record<string, AVRPortConfig>>
  readonly timers: readonly TimerConfig[]
  readonly usart: UsartConfig
  readonly adc: AdcConfig
  readonly eepromVector: number
  readonly watchdogVector: number
  /** By the name printed on the board. */
  readonly pins: ReadonlyMap<Pin, Lead>
}

const PRESCALERS = [0, 1, 8, 64, 256, 1024, 0, 0]
const ASYNC_PRESCALERS = [0, 1, 8, 32, 64, 128, 256, 1024]

const timer0 = (compA: number, outputs: string[]): TimerConfig => ({
  bits: 8,
  prescalers: PRESCALERS,
  TCCRA: 0x44,
  TCCRB: 0x45,
  TCNT: 0x46,
  OCR: [0x47, 0x48],
  ICR: null,
  TIFR: 0x35,
  TIMSK: 0x6e,
  compareVectors: [vector(compA), vector(compA + 1)],
  overflowVector: vector(compA + 2),
  outputs,
})

const timer2 = (compA: number, outputs: string[]): TimerConfig => ({
  bits: 8,
  prescalers: ASYNC_PRESCALERS,
  TCCRA: 0xb0,
  TCCRB: 0xb1,
  TCNT: 0xb2,
  OCR: [0xb3, 0xb4],
  ICR: null,
  TIFR: 0x37,
  TIMSK: 0x70,
  compareVectors: [vector(compA), vector(compA + 1)],
  overflowVector: vector(compA + 2),
  outputs,
})

/** Timers 1, 3, 4 and 5 differ in their base address, flags and vectors alone. */
const timer16 = (
  base: number,
  TIFR: number,
  TIMSK: number,
  compA: number,
  outputs: string[],
): TimerConfig => ({
  bits: 16,
  prescalers: PRESCALERS,
  TCCRA: base,
  TCCRB: base + 1,
  TCNT: base + 4,
  ICR: base + 6,
  OCR: outputs.map((_, channel) => base + 8 + 2 * channel),
  TIFR,
  TIMSK,
  compareVectors: outputs.map((_, channel) => vector(compA + channel)),
  overflowVector: vector(compA + outputs.length),
  outputs,
})

const usart0 = (receive: number): UsartConfig => ({
  UCSRA: 0xc0,
  UCSRB: 0xc1,
  UCSRC: 0xc2,
  UBRRL: 0xc4,
  UBRRH: 0xc5,
  UDR: 0xc6,
  receiveVector: vector(receive),
  emptyVector: vector(receive + 1),
  sentVector: vector(receive + 2),
})

const BAND_GAP = 1.1

/** ATmega328P, table 28-4: channels 0 to 7, the band gap, ground; the temperature sensor is at 25 °C. */
const adc328: AdcConfig = {
  vector: vector(21),
  mux: (mux) => {
    const input = mux & 0x0f
    if (input < 8) return { channel: input }
    if (input === 8) return { volts: 0.314 }
    return { volts: input === 14 ? BAND_GAP : 0 }
  },
  references: [5, 5, 5, 1.1],
}

/** ATmega2560, table 26-4: MUX5 chooses channels 8 to 15; the differential inputs read as 0. */
const adc2560: AdcConfig = {
  vector: vector(29),
  mux: (mux) => {
    if ((mux & 0x18) === 0) return { channel: (mux & 7) + (mux & 0x20 ? 8 : 0) }
    return { volts: mux === 0x1e ? BAND_GAP : 0 }
  },
  references: [5, 5, 1.1, 2.56],
}

const pinChange = (index: number, vectorNumber: number, mask = 0xff, offset = 0) => ({
  PCIE: index,
  PCICR: 0x68,
  PCIFR: 0x3b,
  PCMSK: 0x6b + index,
  pinChangeInterrupt: vector(vectorNumber),
  mask,
  offset,
})

const external = (index: number, EICR: number) => ({
  EICR,
  EIMSK: 0x3d,
  EIFR: 0x3c,
  index,
  iscOffset: 2 * (index % 4),
  interrupt: vector(index + 1),
})

type PinRow = readonly [pins: readonly string[], port: string, bits: readonly number[], firstAdc?: number]

function pinTable(rows: readonly PinRow[]): Map<Pin, Lead> {
  return new Map(
    rows.flatMap(([pins, port, bits, firstAdc]) =>
      pins.map((pin, index): [Pin, Lead] => [
        pin,
        {
          port: port || null,
          bit: bits[index] ?? 0,
          adc: firstAdc === undefined ? null : firstAdc + index,
        },
      ]),
    ),
  )
}

/** `count` pin names from `first` on, with a prefix. */
const names = (first: number, count: number, prefix = '') =>
  Array.from({ length: count }, (_, index) => `${prefix}${first + index}`)

const UP = [0, 1, 2, 3, 4, 5, 6, 7]
const DOWN = UP.toReversed()

const uno: Chip = {
  flashBytes: 0x8000,
  dataBytes: 0x800,
  firstRam: 0x100,
  eepromBytes: 1024,
  ports: {
    B: { ...portBConfig, pinChange: pinChange(0, 3) },
    C: { ...portCConfig, pinChange: pinChange(1, 4) },
    D: { ...portDConfig, pinChange: pinChange(2, 5), externalInterrupts: [null, null, INT0, INT1] },
  },
  timers: [timer0(14, ['6', '5']), timer16(0x80, 0x36, 0x6f, 11, ['9', '10']), timer2(7, ['11', '3'])],
  usart: usart0(18),
  adc: adc328,
  eepromVector: vector(22),
  watchdogVector: vector(6),
  pins: pinTable([
    [names(0, 8), 'D', UP],
    [names(8, 6), 'B', UP],
    [names(0, 6, 'A'), 'C', UP, 0],
    // A Nano's two pins that only the ADC reaches.
    [names(6, 2, 'A'), '', [], 6],
  ]),
}

const mega: Chip = {
  flashBytes: 0x40000,
  dataBytes: 0x2100,
  firstRam: 0x200,
  eepromBytes: 4096,
  ports: {
    A: portAConfig,
    B: { ...portBConfig, pinChange: pinChange(0, 9) },
    C: { ...portCConfig, pinChange: undefined },
    D: {
      ...portDConfig,
      pinChange: undefined,
      externalInterrupts: [external(0, 0x69), external(1, 0x69), external(2, 0x69), external(3, 0x69)],
    },
    E: {
      ...portEConfig,
      pinChange: pinChange(1, 10, 0x01),
      externalInterrupts: [
        null,
        null,
        null,
        null,
        external(4, 0x6a),
        external(5, 0x6a),
        external(6, 0x6a),
        external(7, 0x6a),
      ],
    },
    F: portFConfig,
    G: portGConfig,
    H: portHConfig,
    J: { ...portJConfig, pinChange: pinChange(1, 10, 0x7f, 1) },
    K: { ...portKConfig, pinChange: pinChange(2, 11) },
    L: portLConfig,
  },
  timers: [
    timer0(21, ['13', '4']),
    timer16(0x80, 0x36, 0x6f, 17, ['11', '12', '13']),
    timer2(13, ['10', '9']),
    timer16(0x90, 0x38, 0x71, 32, ['5', '2', '3']),
    timer16(0xa0, 0x39, 0x72, 42, ['6', '7', '8']),
    timer16(0x120, 0x3a, 0x73, 47, ['46', '45', '44']),
  ],
  usart: usart0(25),
  adc: adc2560,
  eepromVector: vector(30),
  watchdogVector: vector(12),
  pins: pinTable([
    [['0', '1', '2', '3', '5'], 'E', [0, 1, 4, 5, 3]],
    [['4', '39', '40', '41'], 'G', [5, 2, 1, 0]],
    [['6', '7', '8', '9', '16', '17'], 'H', [3, 4, 5, 6, 1, 0]],
    [['10', '11', '12', '13', '50', '51', '52', '53'], 'B', [4, 5, 6, 7, 3, 2, 1, 0]],
    [['14', '15'], 'J', [1, 0]],
    [['18', '19', '20', '21', '38'], 'D', [3, 2, 1, 0, 7]],
    [names(22, 8), 'A', UP],
    [names(30, 8), 'C', DOWN],
    [names(42, 8), 'L', DOWN],
    [names(0, 8, 'A'), 'F', UP, 0],
    [names(8, 8, 'A'), 'K', UP, 8],
  ]),
}

export const chips: Readonly<Record<Mcu, Chip>> = { uno, mega }
