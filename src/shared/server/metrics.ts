import { Gauge, Registry } from 'prom-client'

/** One figure with its label sets, as it is now. */
export interface Figure {
  name: string
  help: string
  labels?: readonly string[]
  read: () => number | Iterable<readonly [labels: Record<string, string>, value: number]>
}

/** Figures for Prometheus, read when they are asked for: nothing runs in between. */
export function createMetrics(figures: readonly Figure[]): () => Promise<string> {
  const registry = new Registry()
  for (const { name, help, labels = [], read } of [...processFigures, ...figures]) {
    new Gauge({
      name,
      help,
      labelNames: [...labels],
      registers: [registry],
      collect() {
        this.reset()
        const now = read()
        if (typeof now === 'number') this.set(now)
        else for (const [set, value] of now) this.set(set, value)
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
