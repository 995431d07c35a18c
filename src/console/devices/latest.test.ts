import { expect, it } from 'vitest'
import { latest } from './latest.ts'

it('sends the first at once, then only the last of what came meanwhile, also after a failure', async () => {
  const sent: number[] = []
  const settle: { resolve: () => void; reject: (error: Error) => void }[] = []
  const send = latest((value: number) => {
    sent.push(value)
    return new Promise<void>((resolve, reject) => settle.push({ resolve, reject }))
  })
  send(1)
  send(2)
  send(3)
  expect(sent).toEqual([1])
  settle[0]?.reject(new Error('refused'))
  await new Promise(setImmediate)
  expect(sent).toEqual([1, 3])
  settle[1]?.resolve()
  await new Promise(setImmediate)
  expect(sent).toEqual([1, 3])
  send(4)
  expect(sent).toEqual([1, 3, 4])
})
