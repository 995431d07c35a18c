import { mkdtempSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { takeDataFolder } from './data-folder.ts'

const temporary = () => mkdtempSync(join(tmpdir(), 'makerhall-folder-'))

describe('the data folder', () => {
  it('is made where there is none, for its owner alone', () => {
    const above = join(temporary(), 'a')
    const folder = join(above, 'b')
    takeDataFolder(folder, ['controller', 'hub']).release()
    expect(statSync(folder).mode & 0o777).toBe(0o700)
    expect(statSync(above).mode & 0o777).toBe(0o777 & ~process.umask())
  })

  it('is for one controller and one hub at a time', () => {
    const folder = temporary()
    const first = takeDataFolder(folder, ['controller'])
    expect(() => takeDataFolder(folder, ['controller'])).toThrow(/already uses/)
    const hub = takeDataFolder(folder, ['hub'])
    first.release()
    takeDataFolder(folder, ['controller']).release()
    hub.release()
  })

  it('is refused, with a mend, where no folder can be', () => {
    const file = join(temporary(), 'file')
    writeFileSync(file, '')
    expect(() => takeDataFolder(join(file, 'data'), ['hub'])).toThrow(/cannot be used/)
    expect(() => takeDataFolder('/proc/makerhall', ['hub'])).toThrow(/cannot be used/)
  })
})
