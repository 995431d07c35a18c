import { mkdirSync, mkdtempSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { openDataFolder } from '../server/data-folder.ts'
import { keptFile, keptSecret, readableSecret, sameSecret } from './kept-file.ts'

const temporary = () => mkdtempSync(join(tmpdir(), 'makerhall-kept-'))
const modeOf = (file: string) => statSync(file).mode & 0o777

describe('a kept file', () => {
  const Shape = z.object({ n: z.number() })

  it('is absent, then what was written, for its owner alone', () => {
    const kept = keptFile(join(temporary(), 'a.json'), Shape, { warn() {} })
    expect(kept.read()).toBeNull()
    const before = kept.stamp()
    kept.write({ n: 1 })
    expect(kept.read()).toEqual({ n: 1 })
    expect(kept.stamp()).not.toBe(before)
    expect(modeOf(kept.file)).toBe(0o600)
  })

  it.each(['{"n":', '{"n":"x"}', ''])('is set aside when it says %j, and nothing of it is lost', (text) => {
    const folder = temporary()
    const warnings: string[] = []
    const kept = keptFile(join(folder, 'a.json'), Shape, { warn: (_, message) => warnings.push(message) })
    writeFileSync(kept.file, text)
    expect(kept.read()).toBeNull()
    expect(warnings).toHaveLength(1)
    const [aside = ''] = readdirSync(folder)
    expect(aside).toMatch(/^a\.json\.broken-/)
    expect(readFileSync(join(folder, aside), 'utf8')).toBe(text)
  })

  it('counts as absent where it cannot be set aside either, and one is told', () => {
    const file = join(temporary(), 'a.json')
    const warnings: object[] = []
    const kept = keptFile(file, Shape, { warn: (details) => warnings.push(details) }, () => 0)
    writeFileSync(file, 'broken')
    // Nothing can be renamed to the name of a folder, as little as on a disk that takes no change.
    mkdirSync(`${file}.broken-1970-01-01T000000.000Z`)
    expect(kept.read()).toBeNull()
    expect(warnings).toMatchObject([{ file, notMoved: expect.stringContaining('rename') }])
    expect(readFileSync(file, 'utf8')).toBe('broken')
  })
})

it('makes a secret once', () => {
  const file = join(temporary(), 'secret')
  const secret = keptSecret(file)
  expect(secret.length).toBeGreaterThan(40)
  expect(keptSecret(file)).toBe(secret)
  expect(modeOf(file)).toBe(0o600)
})

it('makes secrets that can be read out', () => {
  expect(readableSecret()).toMatch(/^([a-hjkmnp-z2-9]{4}-){3}[a-hjkmnp-z2-9]{4}$/)
  expect(sameSecret('a', 'a')).toBe(true)
  expect(sameSecret('a', 'ab')).toBe(false)
})

describe('the data folder', () => {
  it('is made whole, for the owner alone; what lies above it is as others have it', () => {
    const above = join(temporary(), 'x')
    const data = openDataFolder(join(above, 'y'), ['hub'])
    for (const folder of [data.root, data.secrets, data.logs, data.at('hub')])
      expect(modeOf(folder), folder).toBe(0o700)
    expect(modeOf(above)).toBe(0o777 & ~process.umask())
    expect(statSync(data.at('hub')).isDirectory()).toBe(true)
    expect(statSync(data.logs).isDirectory()).toBe(true)
  })

  it('that cannot be is refused in words', () => {
    const file = join(temporary(), 'file')
    writeFileSync(file, '')
    expect(() => openDataFolder(join(file, 'data'), [])).toThrow(/cannot be used/)
  })
})
