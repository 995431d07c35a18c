import { expect, it } from 'vitest'
import { z } from 'zod'
import { describeProblem, problemsOf } from './problem.ts'

const Lamp = z.strictObject({
  name: z.string(),
  colour: z.enum(['red', 'blue']),
  volts: z.array(z.number().min(0)),
  pins: z.record(z.string().regex(/^[a-z]+$/, 'use letters'), z.int()),
})

it('says where something is wrong, what, and what mends it', () => {
  const { error } = Lamp.safeParse({ colour: 'green', volts: [1, -1, 'x'], pins: { 'A 1': 1 }, size: 7 })
  const problems = error ? problemsOf(error, 'lamp.json', 'lamp.invalid') : []
  expect(problems.map(describeProblem)).toEqual([
    'lamp.json: name: This field is missing. Write a text in quotes here.',
    'lamp.json: colour: This is not one of the words known here. Use red, blue.',
    'lamp.json: volts[1]: Too small: expected number to be >=0. Correct this value.',
    'lamp.json: volts[2]: This is not a number. Write a number here.',
    'lamp.json: pins.A 1: This name cannot be used. Mend: use letters.',
    'lamp.json: There is no field size. Remove it, or mend its spelling.',
  ])
})
