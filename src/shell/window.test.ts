import { chmodSync, mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { chromiumSwitches, findProgram } from './window.ts'

describe('the window', () => {
  it('finds a program on the PATH, in the order of names and folders, and only one that can be run', () => {
    const [first, second] = [mkdtempSync(join(tmpdir(), 'path-')), mkdtempSync(join(tmpdir(), 'path-'))]
    writeFileSync(join(first, 'chromium'), '')
    writeFileSync(join(second, 'chromium-browser'), '')
    chmodSync(join(second, 'chromium-browser'), 0o755)
    const path = `${first}:${second}`
    expect(findProgram(['chromium', 'chromium-browser'], path)).toBe(join(second, 'chromium-browser'))
    expect(findProgram(['firefox'], path)).toBeNull()
  })

  it('is a kiosk with its sandbox on, in a profile of its own, at the page', () => {
    const switches = chromiumSwitches('http://127.0.0.1:8600/kiosk/#key=a', '/data/window')
    expect(switches).toContain('--kiosk')
    expect(switches).toContain('--user-data-dir=/data/window')
    expect(switches.at(-1)).toBe('http://127.0.0.1:8600/kiosk/#key=a')
    expect(switches.join(' ')).not.toContain('no-sandbox')
  })
})
