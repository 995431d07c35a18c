import { describe, expect, it } from 'vitest'
import { parseOptions } from './options.ts'

describe('the command line of npm start', () => {
  it('has a default for everything', () => {
    expect(parseOptions([])).toMatchObject({ role: 'all', port: 8600, window: true })
  })

  it('takes what the contracts name', () => {
    const options = parseOptions([
      ...['--no-window', '--data', '/srv/m', '--port', '9000', '--site', '/etc/site.json'],
      ...['--role', 'controller', '--hub', 'http://127.0.0.1:8601', '--join', 'abcdefgh'],
    ])
    expect(options).toEqual({
      window: false,
      data: '/srv/m',
      port: 9000,
      site: '/etc/site.json',
      role: 'controller',
      hub: 'http://127.0.0.1:8601',
      join: 'abcdefgh',
      'allow-host': [],
    })
  })

  it.each([
    ['--prot', '1'],
    ['--port', '0'],
    ['--port', '65534'],
    ['--role', 'king'],
    ['--hub', 'nowhere'],
    ['extra'],
  ])('refuses %s %s by name', (...args) => expect(() => parseOptions(args)).toThrow())

  it('is null where help was asked for', () => expect(parseOptions(['--help'])).toBeNull())
})
