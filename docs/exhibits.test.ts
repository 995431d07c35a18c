import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { writePackage } from '../src/controller/exhibits/fixtures/package.ts'
import { checkPackage } from '../src/controller/exhibits/index.ts'
import { Breadboard } from '../src/shared/breadboard.ts'
import { ChannelSpec, Manifest, Mode, Rule, Stage } from '../src/shared/manifest.ts'
import { Texts } from '../src/shared/scene.ts'

const text = readFileSync(new URL('exhibits.md', import.meta.url), 'utf8')
const examples = [...text.matchAll(/^```(\S*) ?(.*)\n([\s\S]*?)^```$/gm)].map(
  ([, kind, what = '', body = '']) => ({
    kind,
    what,
    body,
  }),
)
const schemas: Record<string, z.ZodType> = {
  'exhibit.json': Manifest,
  channel: ChannelSpec,
  rule: Rule,
  modes: z.array(Mode),
  stages: z.array(Stage),
  breadboard: Breadboard,
  'locale lv': Texts,
  'locale en': Texts,
}
const named = (what: string) => examples.filter((example) => example.what === what).map(({ body }) => body)

describe('the guide to exhibits', () => {
  it('has an example of everything', () => {
    expect([...new Set(examples.map(({ what }) => what))].sort()).toEqual(Object.keys(schemas).sort())
  })

  it.each(examples.map(({ kind, what, body }, index) => [`${index + 1}, ${what}`, kind, what, body]))(
    'shows in example %s what the product takes',
    (_, kind, what, body) => {
      expect(kind).toBe('json')
      expect(schemas[what]?.safeParse(JSON.parse(body)).error).toBeUndefined()
    },
  )

  it('shows a manifest and texts that pass the check, with every rule in it', async () => {
    const [manifest = ''] = named('exhibit.json')
    const both = { ...JSON.parse(manifest), languages: ['lv', 'en'] }
    const files = {
      'scenes/attract.tsx': '',
      'scenes/play.tsx': '',
      'locales/lv.json': named('locale lv')[0] ?? '',
      'locales/en.json': named('locale en')[0] ?? '',
    }
    for (const body of named('rule')) {
      const folder = writePackage(
        {},
        { ...files, 'exhibit.json': JSON.stringify({ ...both, rules: [JSON.parse(body)] }) },
      )
      expect((await checkPackage(folder, { source: true })).problems).toEqual([])
    }
    const folder = writePackage({}, { ...files, 'exhibit.json': JSON.stringify(both) })
    expect((await checkPackage(folder, { source: true })).problems).toEqual([])
  })

  it('names every field of the manifest and of every kind of channel', () => {
    for (const key of Object.keys(Manifest.shape)) expect(text).toContain(key)
    for (const option of ChannelSpec.options)
      for (const key of Object.keys(option.shape)) expect(text).toContain(`\`${key}\``)
  })
})
