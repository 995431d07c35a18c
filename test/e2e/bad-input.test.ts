import { spawnSync } from 'node:child_process'
import { cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { join, resolve } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { SiteInput } from '../../src/shared/site.ts'
import { freePorts, startProduct, temporaryFolder } from './product.ts'

const root = resolve(import.meta.dirname, '../..')
const main = join(root, 'src/shell/main.ts')
const written = (name: string, text: string) => {
  const file = join(temporaryFolder(), name)
  writeFileSync(file, text)
  return file
}

describe('what bad input gets', () => {
  it('names the file, the path and the mend of a site file that contradicts itself, and plays what is sound', async () => {
    const site: SiteInput = {
      boards: [{ kind: 'virtual', id: 'uno' }],
      exhibits: [
        { id: 'ohms-law', board: 'uno' },
        { id: 'volcano', board: 'nowhere' },
      ],
    }
    const file = written('site.json', JSON.stringify(site))
    const product = await startProduct({ site: file })
    await product.signUp()
    const health = await product.health()
    expect(health.status).toBe('degraded')
    expect(health.reasons.map((reason) => reason.message).join('\n')).toMatch(/volcano|nowhere/)
    const exhibits = await product.exhibits()
    expect(exhibits.find((one) => one.id === 'ohms-law')?.resting).toBeNull()
    expect(exhibits.find((one) => one.id === 'volcano')?.resting).toMatchObject({ code: 'broken-package' })
    await product.stop()
  })

  it('starts with a site file that is not JSON: degraded, named, nothing invented', async () => {
    const file = written('site.json', '{ "boards": [ ')
    const product = await startProduct({ site: file })
    await product.signUp()
    const health = await product.health()
    expect(health.status).toBe('degraded')
    expect(JSON.stringify(health.reasons)).toContain('site.json')
    expect(await product.exhibits()).toEqual([])
    await product.stop()
  })

  it('lets a broken exhibit rest, says why, and leaves the other alone', async () => {
    const folder = temporaryFolder()
    cpSync(join(root, 'build/exhibits/ohms-law'), join(folder, 'ohms-law'), { recursive: true })
    cpSync(join(root, 'build/exhibits/ohms-law'), join(folder, 'spoilt'), { recursive: true })
    const manifest = JSON.parse(readFileSync(join(folder, 'spoilt/exhibit.json'), 'utf8'))
    writeFileSync(
      join(folder, 'spoilt/exhibit.json'),
      JSON.stringify({ ...manifest, id: 'spoilt', modes: 7 }),
    )
    const site: SiteInput = {
      boards: [
        { kind: 'virtual', id: 'uno' },
        { kind: 'virtual', id: 'dos' },
      ],
      exhibits: [
        { id: 'ohms-law', board: 'uno' },
        { id: 'spoilt', board: 'dos' },
      ],
    }
    const product = await startProduct({
      site: written('site.json', JSON.stringify(site)),
      env: { MAKERHALL_EXHIBITS: folder },
    })
    await product.signUp()
    const exhibits = await product.exhibits()
    expect(exhibits.find((one) => one.id === 'spoilt')?.resting?.problems[0]).toMatchObject({
      file: expect.stringContaining('exhibit.json'),
      path: 'modes',
    })
    expect(exhibits.find((one) => one.id === 'ohms-law')?.resting).toBeNull()
    expect((await product.health()).status).toBe('degraded')
    await product.stop()
  })

  it('refuses a port in use and a data folder that cannot be made, in one line, with an exit code', async () => {
    const port = await freePorts()
    const holder = createServer()
    await new Promise<void>((done) => holder.listen(port, '127.0.0.1', done))
    const taken = await new Promise<{ status: number | null; stderr: string }>((done) => {
      const child = spawnSync(
        process.execPath,
        [main, '--no-window', '--data', temporaryFolder(), '--port', String(port)],
        {
          encoding: 'utf8',
          timeout: 30_000,
        },
      )
      done(child)
    })
    holder.close()
    expect(taken.status).toBe(3)
    expect(taken.stderr).toContain(String(port))

    const file = written('not-a-folder', '')
    const folder = spawnSync(process.execPath, [main, '--no-window', '--data', join(file, 'data')], {
      encoding: 'utf8',
    })
    expect(folder.status).toBe(4)
    expect(folder.stderr.trim().split('\n')).toHaveLength(1)

    const wrong = spawnSync(process.execPath, [main, '--prot', '1'], { encoding: 'utf8' })
    expect(wrong.status).toBe(2)
    expect(wrong.stderr).toContain('--prot')
  })

  it('keeps a data folder that it found with a broken state file', async () => {
    const data = temporaryFolder()
    mkdirSync(join(data, 'controller'), { recursive: true })
    writeFileSync(join(data, 'controller/modes.json'), '{"half":')
    writeFileSync(join(data, 'controller/calibration.json'), 'nonsense')
    writeFileSync(
      join(data, 'controller/outbox.sqlite'),
      'this is no database, it is a sentence of some length',
    )
    const product = await startProduct({ data })
    await product.signUp()
    await product.boardsReady()
    expect((await product.exhibits())[0]?.resting).toBeNull()
    await product.stop()
  })
})
