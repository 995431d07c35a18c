import { writeFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { startProduct } from '../e2e/product.ts'
import { latencies } from './latency.ts'
import type { Figures } from './measure.ts'
import { memory } from './memory.ts'
import { startToAttract } from './start.ts'

/** `npm run bench [-- --json FILE] [--full]`: every speed and size that we claim, beside a peer or a limit of the same run. */
const { values: options } = parseArgs({
  options: { json: { type: 'string' }, full: { type: 'boolean', default: false } },
})

const figures: Figures = await startToAttract()
const product = await startProduct()
await product.signUp()
await product.boardsReady()
Object.assign(figures, await latencies(product), await memory(product))
await product.stop()

for (const [name, { value, unit, peer, limit, ratio }] of Object.entries(figures)) {
  const beside = [peer, limit].flatMap((one) => (one ? [`${one.name} ${one.value.toFixed(1)} ${unit}`] : []))
  console.log(
    `${name.padEnd(18)} ${value.toFixed(1).padStart(8)} ${unit}  ratio ${ratio.toFixed(2)}  (${beside.join('; ')})`,
  )
}
console.log(
  'The emulated board may answer up to 3 ms ahead of the wall clock: compare its latencies with each other, not with a real board’s.',
)
if (options.json) writeFileSync(options.json, `${JSON.stringify(figures, null, 2)}\n`)
process.exit(0)
