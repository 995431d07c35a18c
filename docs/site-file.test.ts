import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { bindExhibits } from '../src/controller/channels/index.ts'
import { Manifest } from '../src/shared/manifest.ts'
import { readSite } from '../src/shared/server/index.ts'
import { defaultSite, Site, SiteBoard, SiteExhibit } from '../src/shared/site.ts'

const read = (file: string) => readFileSync(new URL(file, import.meta.url), 'utf8')
const text = read('site-file.md')
const examples = (name: string): unknown[] =>
  [...text.matchAll(/^```json (\S+)\n([\s\S]*?)^```$/gm)].flatMap(([, of, body = '']) =>
    of === name ? [JSON.parse(body)] : [],
  )
const ohmsLaw = Manifest.parse(JSON.parse(read('../exhibits/ohms-law/exhibit.json')))
const second = { ...ohmsLaw, id: 'second-exhibit' }

describe('the guide to the site file', () => {
  it.each(examples('site').map((example, index) => [index + 1, example] as const))(
    'shows in example %i what the product takes',
    (_, example) => {
      expect(Site.safeParse(example).error).toBeUndefined()
      const { site, problems } = readSite(example, 'site.json')
      expect(problems).toEqual([])
      const { bound, problems: contradictions } = bindExhibits(site, [ohmsLaw, second], 'site.json')
      expect(contradictions).toEqual([])
      expect(bound).toHaveLength(site.exhibits.length)
    },
  )

  it('shows the default site', () => {
    expect(examples('site')).toContainEqual(defaultSite)
  })

  it('says what is wrong with the broken one', () => {
    const [broken] = examples('broken-site')
    const { site, problems, pathInFile } = readSite(broken, 'site.json')
    expect(problems.map(({ path }) => path).sort()).toEqual(['boards[0].port', 'site.zone'])
    const contradictions = bindExhibits(site, [ohmsLaw, second], 'site.json').problems
    expect(contradictions.map(({ path }) => pathInFile(path ?? ''))).toEqual(['exhibits[1].board'])
  })

  it('names every field', () => {
    const rows = [...text.matchAll(/^\| `([^`]+)`/gm)].map(([, field]) => field)
    const site = ['id', 'name', 'zone'].map((field) => `site.${field}`)
    const kiosk = ['id', 'languages'].map((field) => `kiosk.${field}`)
    const boards = new Set(SiteBoard.options.flatMap(({ shape }) => Object.keys(shape)))
    const exhibits = Object.keys(SiteExhibit.shape).filter((field) => field !== 'bindings')
    const expected = [
      ...Object.keys(Site.shape).filter((field) => field !== 'site' && field !== 'kiosk'),
      ...site,
      ...kiosk,
      ...[...boards].map((field) => `boards[].${field}`),
      ...exhibits.map((field) => `exhibits[].${field}`),
      'exhibits[].bindings.<channel>.pin',
      'exhibits[].bindings.<channel>.board',
    ]
    expect(rows.sort()).toEqual(expected.sort())
  })
})
