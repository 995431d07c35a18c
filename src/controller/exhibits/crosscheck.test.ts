import fc from 'fast-check'
import { expect, it } from 'vitest'
import { Manifest } from '../../shared/manifest.ts'
import { crossCheck, draftOf } from './crosscheck.ts'
import { manifestInput } from './fixtures/package.ts'

const sound = manifestInput()

it('finds nothing in a sound manifest', () => {
  expect(crossCheck(draftOf(sound), 'exhibit.json')).toEqual([])
})

it('judges whatever JSON it is given, and never throws', () => {
  const members = fc.dictionary(fc.constantFrom(...Object.keys(Manifest.shape)), fc.jsonValue())
  fc.assert(
    fc.property(members, (spoilt) => {
      for (const { path, message, mend } of crossCheck(draftOf({ ...sound, ...spoilt }), 'exhibit.json'))
        expect(path && message && mend).toBeTruthy()
    }),
  )
})

it('finds every rule that names what is not there', () => {
  const name = fc.stringMatching(/^[a-z]{1,8}$/).filter((word) => !Object.hasOwn(sound.channels, word))
  fc.assert(
    fc.property(name, (unknown) => {
      const rules = [
        { rule: 'link', from: unknown, to: 'voltage' },
        { rule: 'toggle', on: 'button', to: unknown },
      ]
      const paths = crossCheck(draftOf({ ...sound, rules }), 'exhibit.json').map(({ path }) => path)
      expect(paths).toEqual(['rules[0].from', 'rules[1].to'])
    }),
  )
})
