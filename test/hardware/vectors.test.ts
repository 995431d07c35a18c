import { readFileSync } from 'node:fs'
import { beforeAll, describe, expect, test } from 'vitest'
import { decodeLine } from '../../firmware-protocol/index.ts'
import vectors from '../../firmware-protocol/vectors.json' with { type: 'json' }
import { EmulatedUno } from './avr8js.ts'

/*
 * The committed firmware passes the same vectors as the codec: what it refuses, what it answers, word for word but
 * for the time.
 */

const hex = readFileSync(new URL('../../firmware-protocol/hex/makerhall-uno.hex', import.meta.url), 'utf8')

const body = (line: string) => {
  expect(decodeLine(line).ok, line).toBe(true)
  return line.replace(/\*....$/, '')
}
const withoutTime = (line: string) => body(line).replace(/^(A \d+|E \d+|S) \d+/, '$1 <time>')

const latin1 = (text: string) => Uint8Array.from(text, (character) => character.charCodeAt(0))

describe('play', () => {
  let board: EmulatedUno

  beforeAll(() => {
    board = new EmulatedUno(hex)
    board.runUntil(() => board.said.length > 0)
    board.said.length = 0
  })

  test.each(vectors.play.exchanges)('$why', ({ send, answers }) => {
    const from = board.said.length
    board.send(send.map((line) => `${line}\n`).join(''))
    board.runUntil(() => board.said.length >= from + answers.length)
    board.run(5)
    expect(board.said.slice(from).map(withoutTime)).toEqual(answers)
  })
})

test('what the codec rejects the firmware rejects, counts by the same name, and moves nothing for', () => {
  const board = new EmulatedUno(hex)
  board.runUntil(() => board.said.length > 0)
  const before = board.pins()
  const from = board.said.length
  const expected: Record<string, number> = { checksum: 0, malformed: 0, 'too-long': 0 }
  for (const { line, error } of vectors.rejected) {
    board.send(latin1(`${line}\n`))
    board.runUntil(() => board.sent)
    board.run(5)
    expected[error] = (expected[error] ?? 0) + 1
  }
  expect(board.said.slice(from)).toEqual([])
  expect(board.pins()).toEqual(before)
  const stats = vectors.play.exchanges.at(-1)?.send[0]
  expect(stats).toBeDefined()
  const counted = Object.entries(expected).map(([name, count]) => `${name}=${count}`)
  expect(body(board.ask(`${stats}\n`))).toContain(` ${counted.join(' ')} overrun=0 refused=0 safe=0`)
})
