import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { describeProblem } from '../problem.ts'
import { loadSite, readSite } from './site-file.ts'

const folder = mkdtempSync(join(tmpdir(), 'makerhall-site-'))
const written = (text: string) => {
  const file = join(folder, `${Math.random()}.json`)
  writeFileSync(file, text)
  return file
}
const good = {
  boards: [{ kind: 'virtual', id: 'uno' }],
  exhibits: [{ id: 'ohms-law', board: 'uno' }],
}

describe('where a site comes from', () => {
  it('is the default, where nobody wrote one', () => {
    const { site, file, problems } = loadSite(undefined, join(folder, 'none.json'))
    expect(problems).toEqual([])
    expect(file).toBeNull()
    expect(site.exhibits).toMatchObject([{ id: 'ohms-law', board: 'uno' }])
  })

  it('is the file that was given, before the one that is kept', () => {
    const given = written(JSON.stringify({ ...good, site: { id: 'given' } }))
    const kept = written(JSON.stringify({ ...good, site: { id: 'kept' } }))
    expect(loadSite(given, kept).site.site.id).toBe('given')
    expect(loadSite(undefined, kept).site.site.id).toBe('kept')
  })

  it.each([
    ['a file that is not there', join(folder, 'missing.json'), /missing\.json.*cannot be read/],
    ['no JSON', written('{ "boards": ['), /is not JSON/],
    ['no object', written('[1]'), /is not an object/],
  ])('is never the default where %s was given', (_, file, message) => {
    const { site, problems } = loadSite(file, join(folder, 'none.json'))
    expect(site.exhibits).toEqual([])
    expect(site.boards).toEqual([])
    expect(problems.map(describeProblem).join()).toMatch(message)
    expect(problems[0]?.file).toBe(file)
  })

  it('reads a file that begins with a byte order mark', () => {
    expect(loadSite(written(`\uFEFF${JSON.stringify(good)}`), '').problems).toEqual([])
  })
})

describe('what is sound of a broken site', () => {
  it('leaves the broken entries out, names them, and keeps their places', () => {
    const { site, problems, pathInFile } = readSite(
      {
        boards: [{ kind: 'firmata', id: 'one' }, { kind: 'virtual', id: 'uno' }, 7],
        exhibits: [
          { id: 'Not A Slug', board: 'uno' },
          { id: 'ohms-law', board: 'uno' },
        ],
      },
      'site.json',
    )
    expect(site.boards.map(({ id }) => id)).toEqual(['uno'])
    expect(site.exhibits.map(({ id }) => id)).toEqual(['ohms-law'])
    expect(problems.map(({ path }) => path)).toEqual(['boards[0].port', 'boards[2]', 'exhibits[0].id'])
    expect(pathInFile('boards[0].id')).toBe('boards[1].id')
    expect(pathInFile('exhibits[0].bindings.dial.pin')).toBe('exhibits[1].bindings.dial.pin')
  })

  it('drops a wrong value alone, not what stands beside it', () => {
    const { site, problems } = readSite(
      {
        ...good,
        site: { id: 'riga', zone: 'Europe/Rīga', colour: 1 },
        kiosk: { languages: ['lv', 'xx'] },
        extra: 1,
      },
      'site.json',
    )
    expect(site.site).toMatchObject({ id: 'riga', zone: 'Europe/Riga' })
    expect(site.kiosk.languages).toEqual(['lv', 'en', 'no', 'ru'])
    expect(problems.map(({ path }) => path)).toEqual(
      expect.arrayContaining(['site.zone', 'kiosk.languages[1]', 'site', '']),
    )
  })

  it('says so where boards or exhibits are missing', () => {
    expect(readSite({}, 'f').problems.map(({ path }) => path)).toEqual(['boards', 'exhibits'])
    expect(readSite({ boards: [], exhibits: [] }, 'f').problems.map(({ path }) => path)).toEqual(['exhibits'])
    expect(readSite({ boards: {}, exhibits: 'x' }, 'f').problems).toHaveLength(2)
  })

  it('comes to an end with any JSON', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.jsonValue(), fc.jsonValue(), (site, kiosk, mqtt) => {
        const read = readSite(
          { ...good, site, kiosk, mqtt, ports: site, exclude: kiosk, revision: mqtt },
          'f',
        )
        expect(read.site.exhibits).toHaveLength(1)
      }),
    )
    fc.assert(fc.property(fc.jsonValue(), (any) => readSite(any, 'f').site.boards.length >= 0))
  })
})
