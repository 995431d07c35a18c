import { accessSync, constants, existsSync, readFileSync, readlinkSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import type { Launch } from './process.ts'

/** Where a program lies on the PATH, null where it does not. */
export function findProgram(names: readonly string[], path = process.env.PATH ?? ''): string | null {
  for (const name of names) {
    for (const folder of path.split(delimiter)) {
      const file = join(folder, name)
      try {
        accessSync(file, constants.X_OK)
        return file
      } catch {
        // Not here: the next folder may have it.
      }
    }
  }
  return null
}

function electronBinary(root: string): string | null {
  const folder = process.env.ELECTRON_OVERRIDE_DIST_PATH ?? join(root, 'node_modules/electron/dist')
  const names = process.platform === 'win32' ? 'electron.exe' : 'electron'
  const file =
    process.platform === 'darwin' ? join(folder, 'Electron.app/Contents/MacOS/Electron') : join(folder, names)
  return existsSync(file) ? file : null
}

const hasDisplay = () =>
  process.platform === 'win32' ||
  process.platform === 'darwin' ||
  Boolean(process.env.DISPLAY || process.env.WAYLAND_DISPLAY)

/**
 * Chromium's switches for a kiosk: full screen, nothing of the browser's own, no gestures that leave the page, no
 * background traffic. https://peter.sh/experiments/chromium-command-line-switches/
 */
export const chromiumSwitches = (url: string, profile: string) => [
  '--kiosk',
  `--user-data-dir=${profile}`,
  '--no-first-run',
  '--no-default-browser-check',
  '--disable-pinch',
  '--overscroll-history-navigation=0',
  '--disable-features=Translate,MediaRouter,OptimizationHints',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--disable-session-crashed-bubble',
  '--hide-crash-restore-bubble',
  '--disable-infobars',
  '--password-store=basic',
  '--autoplay-policy=no-user-gesture-required',
  '--touch-events=enabled',
  url,
]

/**
 * Ends the Chromium that still holds this profile, left by a supervisor that was killed: a new one would only hand its
 * page over to it. Chromium names its process in the profile's lock.
 */
function endStrayChromium(profile: string) {
  try {
    const pid = Number(/-(\d+)$/.exec(readlinkSync(join(profile, 'SingletonLock')))?.[1])
    if (pid && readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes(profile)) process.kill(pid, 'SIGKILL')
  } catch {
    // No lock, or no such process: nothing holds the profile.
  }
}

/**
 * How to show the kiosk page here: Electron where its binary is, else Chromium as a kiosk. Where neither can be, one
 * sentence says why, for the person who started it.
 */
export function chooseWindow(
  root: string,
  data: string,
  url: string,
): Launch | { kind: 'none'; why: string } {
  if (!hasDisplay()) return { kind: 'none', why: 'no display here' }
  // Without its sandbox a browser must not show anyone's scenes, and as root it has none.
  if (process.getuid?.() === 0)
    return { kind: 'none', why: 'no window as root (a browser has no sandbox then)' }
  const profile = join(data, 'window')
  const electron = electronBinary(root)
  if (electron) {
    return {
      kind: 'spawn',
      command: electron,
      args: () => [join(root, 'build/electron/main.js'), `--kiosk-url=${url}`, `--user-data-dir=${profile}`],
    }
  }
  const chromium = findProgram(['chromium', 'chromium-browser', 'google-chrome'])
  if (chromium) {
    return {
      kind: 'spawn',
      command: chromium,
      args: () => chromiumSwitches(url, profile),
      before: () => endStrayChromium(profile),
    }
  }
  return { kind: 'none', why: 'neither Electron nor Chromium is installed' }
}
