import type { CPU } from 'avr8js'

/** A register's value, past its hooks. */
export function peek(cpu: CPU, address: number): number {
  return cpu.data[address] ?? 0
}

/** Sets bits of a register, past its hooks. */
export function setBits(cpu: CPU, address: number, mask: number): void {
  cpu.data[address] = peek(cpu, address) | mask
}

/** Clears bits of a register, past its hooks. */
export function clearBits(cpu: CPU, address: number, mask: number): void {
  cpu.data[address] = peek(cpu, address) & ~mask
}
