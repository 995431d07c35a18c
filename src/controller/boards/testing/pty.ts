import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { SerialPort } from 'serialport'
import { vi } from 'vitest'

/** A serial cable of two pseudo-terminals: `path` is the controller's end, `far` the board's. */
export interface Cable {
  readonly path: string
  readonly far: SerialPort
  /** Pulls it out: both ends vanish. */
  pull(): Promise<void>
}

export async function plugCable(folder: string, name: string): Promise<Cable> {
  const path = join(folder, name)
  const farPath = join(folder, `${name}-far`)
  const socat: ChildProcess = spawn('socat', [
    `pty,raw,echo=0,link=${path}`,
    `pty,raw,echo=0,link=${farPath}`,
  ])
  await vi.waitFor(() => {
    if (!existsSync(path) || !existsSync(farPath)) throw new Error('socat is not ready')
  })
  const far = new SerialPort({ path: farPath, baudRate: 115_200, autoOpen: false })
  await new Promise<void>((resolve, reject) => far.open((error) => (error ? reject(error) : resolve())))
  far.on('error', () => undefined)
  return {
    path,
    far,
    async pull() {
      if (far.isOpen) await new Promise<void>((resolve) => far.close(() => resolve()))
      if (socat.exitCode !== null || socat.signalCode !== null) return
      const ended = once(socat, 'exit')
      socat.kill()
      await ended
    },
  }
}
