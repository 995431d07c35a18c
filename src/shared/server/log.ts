import { renameSync, statSync } from 'node:fs'
import { type Logger, pino } from 'pino'

const largest = 5 * 1024 * 1024

/**
 * A log as lines of JSON. At 5 MB the file becomes `NAME.1` (the one before is dropped) and a new one begins, so that a
 * year's log takes 10 MB. A log that cannot be written is dropped: the exhibits play on.
 */
export function openLog(file: string, name: string): { log: Logger; close: () => void } {
  const destination = pino.destination({ dest: file, mkdir: true, sync: false, maxLength: 1024 * 1024 })
  let written = statSync(file, { throwIfNoEntry: false })?.size ?? 0
  destination.on('write', (bytes: number) => {
    written += bytes
    if (written < largest) return
    written = 0
    try {
      renameSync(file, `${file}.1`)
      destination.reopen()
    } catch {
      // The next 5 MB try again.
    }
  })
  destination.on('error', () => {})
  // A file that is not open throws, at a line and at pino's own flush when the process exits, which changes its exit code.
  const write = destination.write.bind(destination)
  destination.write = (line) => or(false, () => write(line))
  const flush = destination.flushSync.bind(destination)
  destination.flushSync = () => or(undefined, flush)
  return {
    log: pino({ name, level: process.env.MAKERHALL_LOG ?? 'info' }, destination),
    close: () => {
      destination.flushSync()
      or(undefined, () => destination.end())
    },
  }
}

function or<T>(otherwise: T, act: () => T): T {
  try {
    return act()
  } catch {
    return otherwise
  }
}
