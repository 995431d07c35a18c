import { Counter, Gauge, Registry } from 'prom-client'

/** One figure with its label sets, as it is now. */
export interface Figure {
  name: string
  help: string
  /** A counter only grows until the next start; a gauge, which is usual, goes up and down. */
  kind?: 'counter'
  labels?: readonly string[]
  read: () => number | Iterable<readonly [labels: Record<string, string>, value: number]>
}

/** Figures for Prometheus, read when they are asked for: nothing runs in between. */
export function createMetrics(figures: readonly Figure[]): () => Promise<string> {
  const registry = new Registry()
  for (const { name, help, kind, labels = [], read } of [...processFigures, ...figures]) {
    const common = { name, help, labelNames: [...labels], registers: [registry] }
    const readings = () => {
      const now = read()
      return typeof now === 'number' ? [[{}, now] as const] : now
    }
    if (kind === 'counter')
      new Counter({
        ...common,
        collect() {
          this.reset()
          for (const [set, value] of readings()) this.inc(set, value)
        },
      })
    else
      new Gauge({
        ...common,
        collect() {
          this.reset()
          for (const [set, value] of readings()) this.set(set, value)
        },
      })
  }
  return () => registry.metrics()
}

const processFigures: Figure[] = [
  {
    name: 'process_resident_memory_bytes',
    help: 'Resident memory.',
    read: () => process.memoryUsage.rss(),
  },
  {
    name: 'process_cpu_seconds_total',
    help: 'Processor time, user and system.',
    kind: 'counter',
    read: () => {
      const { user, system } = process.cpuUsage()
      return (user + system) / 1e6
    },
  },
  {
    name: 'process_uptime_seconds',
    help: 'Time since the start.',
    read: () => process.uptime(),
  },
]
