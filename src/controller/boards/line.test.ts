import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { SerialPort } from 'serialport'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { type Line, openLine } from './line.ts'
import { type Cable, plugCable } from './testing/pty.ts'

let folder: string
let cable: Cable
let line: Line
let lines: string[]
let tooLong: number
let gone: number

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'line-'))
  cable = await plugCable(folder, 'port')
  lines = []
  tooLong = 0
  gone = 0
  line = await openLine(
    { path: cable.path, binding: SerialPort.binding, baudRate: 115_200 },
    {
      onLine: (text) => lines.push(text),
      onTooLong: () => {
        tooLong += 1
      },
      onBytes: () => undefined,
      onGone: () => {
        gone += 1
      },
    },
  )
})

afterEach(async () => {
  await line.close()
  await cable.pull()
  await rm(folder, { recursive: true })
})

it('A line comes whole, whatever pieces it came in', async () => {
  for (const piece of ['one\ntw', 'o', '\n', 'three\n']) cable.far.write(piece)
  await vi.waitFor(() => expect(lines).toEqual(['one', 'two', 'three']))
})

it('A flood without a line feed is counted once and costs no memory; the next line is read', async () => {
  const chunk = Buffer.alloc(4096, 'x')
  for (let i = 0; i < 500; i += 1) await new Promise((resolve) => cable.far.write(chunk, resolve))
  cable.far.write('\nnext\n')
  await vi.waitFor(() => expect(lines).toEqual(['next']), { timeout: 10_000 })
  expect(tooLong).toBe(1)
})

it('What was written last arrives before the port closes', async () => {
  const received: string[] = []
  cable.far.on('data', (bytes: Buffer) => received.push(bytes.toString()))
  line.write('first ')
  await line.close('last\n')
  await vi.waitFor(() => expect(received.join('')).toBe('first last\n'))
  expect(gone).toBe(0)
})

it('A port that is pulled out is said to be gone, once', async () => {
  await cable.pull()
  await vi.waitFor(() => expect(gone).toBe(1))
  line.write('into the void')
})
