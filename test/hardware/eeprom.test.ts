import { EEPROMMemoryBackend } from 'avr8js'
import { describe, expect, test } from 'vitest'
import { crc16, encodeBytes } from '../../firmware-protocol/index.ts'
import { EmulatedUno } from './avr8js.ts'
import { Host, unoHex } from './host.ts'

/* What the board keeps, on avr8js. A new Host with the EEPROM of an old one is that board, switched on again. */

const identityAt = 128
const slotAt = (slot: number, copy: number) => 192 + slot * 96 + copy * 48
const bytes = (length: number, begin: number) => Uint8Array.from({ length }, (_, index) => begin + index)

describe('the nonce', () => {
  test('is another one after each start', () => {
    const eeprom = new EEPROMMemoryBackend(1024)
    const nonces = Array.from({ length: 40 }, () => new Host(eeprom).hello.nonce)
    expect(new Set(nonces).size).toBe(40)
  })

  test('is new even after starts that a loss of power cut off while they were counted', () => {
    const eeprom = new EEPROMMemoryBackend(1024)
    const seen = new Set<string>()
    for (let start = 0; start < 40; start += 1) {
      const image = eeprom.memory.slice()
      new EmulatedUno(unoHex, eeprom).run(start * 0.5)
      /* The byte that was being programmed as the power went is left erased. */
      const torn = eeprom.memory.findLastIndex((byte, address) => byte !== image[address])
      if (torn >= 0 && start % 3 > 0) eeprom.memory[torn] = 0xff
      const { nonce } = new Host(eeprom).hello
      expect(seen.has(nonce)).toBe(false)
      seen.add(nonce)
    }
  })

  test('does not wear the EEPROM out in one place: 66 starts write no cell more than 6 times', () => {
    const eeprom = new EEPROMMemoryBackend(1024)
    const writes = new Map<number, number>()
    const write = eeprom.writeMemory.bind(eeprom)
    eeprom.writeMemory = (address, value) => {
      writes.set(address, (writes.get(address) ?? 0) + 1)
      write(address, value)
    }
    for (let start = 0; start < 66; start += 1) new Host(eeprom)
    expect(Math.max(...writes.values())).toBeLessThanOrEqual(6)
  })
})

describe('identity', () => {
  test('is blank at first, kept once given, and changed only by who knows it', () => {
    const host = new Host()
    expect(host.hello.identity).toBeNull()
    host.must({ command: 'identify', identity: 'mh-0a1b2c3d' })
    expect(host.ask({ command: 'identify', identity: 'mh-11111111' })).toBe('identity-set')
    const again = new Host(host.board.eeprom)
    expect(again.hello.identity).toBe('mh-0a1b2c3d')
    again.must({ command: 'identify', identity: 'mh-11111111', replaces: 'mh-0a1b2c3d' })
    expect(new Host(host.board.eeprom).hello.identity).toBe('mh-11111111')
  })

  test.each([0, 1])('survives one broken copy (%i)', (copy) => {
    const host = new Host()
    host.must({ command: 'identify', identity: 'mh-00000001' })
    host.must({ command: 'identify', identity: 'mh-00000002', replaces: 'mh-00000001' })
    const { memory } = host.board.eeprom
    memory[identityAt + copy * 32 + 9] = 0xff
    const newest = copy === 1 ? 'mh-00000001' : 'mh-00000002'
    expect(new Host(host.board.eeprom).hello.identity).toBe(newest)
  })
})

describe('calibration', () => {
  test('every slot keeps 40 bytes of its own', () => {
    const host = new Host()
    const { calibrationSlots } = host.hello.capabilities
    for (let slot = 0; slot < calibrationSlots; slot += 1)
      host.must({ command: 'calibration-write', slot, bytes: bytes(40, slot * 10) })
    const again = new Host(host.board.eeprom)
    for (let slot = 0; slot < calibrationSlots; slot += 1)
      expect(again.ask({ command: 'calibration-read', slot })).toBe(encodeBytes(bytes(40, slot * 10)))
    expect(again.ask({ command: 'calibration-read', slot: calibrationSlots })).toBe('unknown-slot')
  })

  test('lies in the EEPROM as PROTOCOL.md says', () => {
    const host = new Host()
    host.must({ command: 'calibration-write', slot: 3, bytes: Uint8Array.of(0xaa, 0xbb) })
    const record = host.board.eeprom.memory.slice(slotAt(3, 0), slotAt(3, 0) + 7)
    const crc = crc16(String.fromCharCode(...record.slice(2)))
    expect([...record]).toEqual([crc >> 8, crc & 0xff, 1, 1, 2, 0xaa, 0xbb])
  })

  test('the copies take turns for more than one round of generations', () => {
    const host = new Host()
    for (let turn = 0; turn < 260; turn += 1) {
      host.must({ command: 'calibration-write', slot: 0, bytes: Uint8Array.of(turn & 0xff) })
      expect(host.ask({ command: 'calibration-read', slot: 0 })).toBe(encodeBytes(Uint8Array.of(turn & 0xff)))
    }
    const again = new Host(host.board.eeprom)
    expect(again.ask({ command: 'calibration-read', slot: 0 })).toBe('03')
  })

  test('a loss of power at any byte leaves the old bytes or the new ones', () => {
    const before = bytes(12, 10)
    const after = bytes(12, 100)
    const seen = new Set<string>()
    for (let cut = 0; cut <= 80; cut += 3) {
      const host = new Host()
      host.must({ command: 'calibration-write', slot: 1, bytes: bytes(12, 200) })
      host.must({ command: 'calibration-write', slot: 1, bytes: before })
      const { memory } = host.board.eeprom
      const image = memory.slice()
      host.board.send(host.line({ command: 'calibration-write', slot: 1, bytes: after }))
      host.board.runUntil(() => host.board.sent)
      host.board.run(cut)
      /* The byte that was being programmed as the power went is left erased. */
      const torn = memory.findIndex((byte, address) => address >= 192 && byte !== image[address])
      if (cut % 2 && torn >= 0) memory[torn] = 0xff
      const again = new Host(host.board.eeprom)
      seen.add(again.ask({ command: 'calibration-read', slot: 1 }))
    }
    expect([...seen].sort()).toEqual([encodeBytes(before), encodeBytes(after)].sort())
  })

  test('an actuator does not wait for it', () => {
    const host = new Host()
    host.actuator(8, 'output', 0, 1, 0)
    host.board.send(host.line({ command: 'calibration-write', slot: 0, bytes: bytes(40, 0) }))
    host.board.runUntil(() => host.board.sent)
    host.board.send(host.line({ command: 'write', pin: 8, value: 1 }))
    expect(host.board.runUntil(() => host.board.pin(8) === 'high')).toBeLessThan(8)
    host.must({ command: 'calibration-write', slot: 1, bytes: bytes(1, 0) })
  })
})
