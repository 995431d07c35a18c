import { describe, expect, it } from 'vitest'
import { type Claimant, chooseBoard, makeIdentity } from './identity.ts'

const claimant = (id: string, more: Partial<Claimant> = {}): Claimant => ({
  id,
  sure: false,
  port: null,
  written: null,
  learned: null,
  connected: false,
  ...more,
})

describe('Who answers at a port', () => {
  it('is the board of that identity, also when the ports were swapped', () => {
    const boards = [
      claimant('left', { port: '/dev/a', learned: 'mh-00000001' }),
      claimant('right', { port: '/dev/b', learned: 'mh-00000002' }),
    ]
    expect(chooseBoard('mh-00000002', '/dev/a', boards)).toEqual({ board: 'right' })
    expect(chooseBoard('mh-00000001', '/dev/b', boards)).toEqual({ board: 'left' })
  })

  it('is, at the first meeting, the board whose port is written', () => {
    const boards = [claimant('any'), claimant('left', { port: '/dev/a' })]
    expect(chooseBoard('mh-00000009', '/dev/a', boards)).toEqual({ board: 'left' })
    expect(chooseBoard('mh-00000009', '/dev/b', boards)).toEqual({ board: 'any' })
  })

  it('is a new board at a written port', () => {
    const boards = [claimant('left', { port: '/dev/a', learned: 'mh-00000001' })]
    expect(chooseBoard('mh-00000003', '/dev/a', boards)).toEqual({ board: 'left' })
  })

  it('is nobody where the site file asks for another identity', () => {
    const boards = [claimant('left', { port: '/dev/a', written: 'mh-00000001' })]
    expect(chooseBoard('mh-00000003', '/dev/a', boards)).toEqual({
      board: null,
      wanted: { board: 'left', identity: 'mh-00000001' },
    })
    expect(chooseBoard('mh-00000001', '/dev/z', boards)).toEqual({ board: 'left' })
  })

  it('is nobody when every board is there, or known by another identity', () => {
    const boards = [claimant('one', { learned: 'mh-00000001' }), claimant('two', { connected: true })]
    expect(chooseBoard('mh-00000003', '/dev/a', boards)).toEqual({ board: null, wanted: null })
  })

  it('is a blank board only for who was never met, or owns the port', () => {
    const boards = [claimant('known', { learned: 'mh-00000001' }), claimant('new')]
    expect(chooseBoard(null, '/dev/a', boards)).toEqual({ board: 'new' })
    expect(
      chooseBoard(null, '/dev/a', [claimant('left', { port: '/dev/a', written: 'mh-00000001' })]),
    ).toEqual({
      board: 'left',
    })
  })

  it('is always the virtual board at its own port', () => {
    const boards = [
      claimant('real', { learned: 'mh-00000001' }),
      claimant('uno', { sure: true, port: 'virtual:uno' }),
    ]
    expect(chooseBoard('mh-00000001', 'virtual:uno', boards)).toEqual({ board: 'uno' })
  })
})

it('A new identity is eight hexadecimal digits', () => {
  expect(makeIdentity(Uint8Array.from([0, 1, 254, 255]))).toBe('mh-0001feff')
})
