import { z } from 'zod'

const Ready = z.object({ kiosk: z.url() })
const prefix = 'makerhall ready '

/** The kiosk's address in the supervisor's ready line; null for any other line. */
export function parseReady(line: string): string | null {
  if (!line.startsWith(prefix)) return null
  return Ready.parse(JSON.parse(line.slice(prefix.length))).kiosk
}

export const kioskOrigin = (url: string): string => new URL(url).origin

/** The window stays with the controller's own pages: the kiosk, and the console behind the staff gesture. */
export function mayNavigate(origin: string, target: string): boolean {
  try {
    return new URL(target).origin === origin
  } catch {
    return false
  }
}

/** What a page may ask Electron for: nothing but the whole screen. */
export const permitted = (permission: string): boolean => permission === 'fullscreen'
