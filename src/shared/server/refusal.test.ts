import { expect, it } from 'vitest'
import { MakerhallError } from '../problem.ts'
import { refusedBy } from './refusal.ts'

it.each([
  ['virtual.no-such-pin', 404],
  ['exhibit.unknown', 404],
  ['channel.range', 422],
  ['account.name-taken', 409],
  ['accounts.not-saved', 507],
])('%s is answered with %d', (code, status) => {
  const problem = { code, message: 'It is not.', mend: 'Do.' }
  expect(refusedBy(new MakerhallError(problem))).toMatchObject({ status, answer: { error: problem } })
})
