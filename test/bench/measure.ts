/** One line of the benchmark. `ratio` is value ÷ the peer's or the limit's value, of the same run. */
export interface Figure {
  value: number
  unit: 'ms' | 'MB'
  peer?: { name: string; value: number }
  limit?: { name: string; value: number }
  ratio: number
}
export type Figures = Record<string, Figure>

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b)
  const middle = sorted.length / 2
  const low = sorted[Math.ceil(middle) - 1] ?? Number.NaN
  const high = sorted[Math.floor(middle)] ?? Number.NaN
  return (low + high) / 2
}

/** Runs each of the named measurements in turn, `rounds` times over, so that a noisy moment meets all of them alike. */
export async function interleaved<Name extends string>(
  measurements: Record<Name, () => Promise<number>>,
  rounds = 5,
): Promise<Record<Name, number>> {
  const names = Object.keys(measurements) as Name[]
  const values = new Map<Name, number[]>(names.map((name) => [name, []]))
  for (let round = 0; round < rounds; round++) {
    for (const name of names) values.get(name)?.push(await measurements[name]())
  }
  return Object.fromEntries(names.map((name) => [name, median(values.get(name) ?? [])])) as Record<
    Name,
    number
  >
}

/** The median of `count` samples of one measurement. */
export async function sampled(count: number, sample: () => Promise<number>): Promise<number> {
  const values: number[] = []
  for (let n = 0; n < count; n++) values.push(await sample())
  return median(values)
}

/** How long `bytes` take on a line of 115,200 baud with one start and one stop bit, in ms. */
export const wireTime = (bytes: number): number => (bytes * 10 * 1000) / 115_200
