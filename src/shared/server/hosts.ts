import { isIP } from 'node:net'

const loopbacks = new Set(['localhost', '127.0.0.1', '[::1]', '::1'])

export const isLoopback = (hostname: string): boolean => loopbacks.has(hostname)

/** The name in a Host header, without its port; null for what is no host. */
export function hostnameOf(host: string | undefined): string | null {
  if (!host || /[\s/\\@?#]/.test(host)) return null
  try {
    return new URL(`http://${host}`).hostname.replace(/\.$/, '') || null
  } catch {
    return null
  }
}

/**
 * Whether a server answers under this Host header. A page of a stranger's can point a name of its own at 127.0.0.1 and
 * would then be of the same origin as us; so on loopback only loopback's names are answered. A server that was told to
 * listen elsewhere also answers to bare addresses, which cannot be pointed anywhere.
 */
export function answersTo(host: string | undefined, listen: string, told: readonly string[]): boolean {
  const hostname = hostnameOf(host)
  if (hostname === null) return false
  if (isLoopback(hostname) || told.includes(hostname)) return true
  return !isLoopback(listen) && isIP(hostname.replace(/^\[|\]$/g, '')) !== 0
}

/** Origins are compared with loopback's names as one: a console opened at localhost is the one at 127.0.0.1. */
export function sameOrigin(one: string, other: string): boolean {
  const [a, b] = [canonical(one), canonical(other)]
  return a !== null && a === b
}

function canonical(origin: string): string | null {
  try {
    const url = new URL(origin)
    const hostname = isLoopback(url.hostname) ? 'localhost' : url.hostname
    return `${url.protocol}//${hostname}:${url.port}`
  } catch {
    return null
  }
}

/** The origin of an http(s) URL; null for any other. */
export function httpOrigin(url: string | null | undefined): string | null {
  if (!url) return null
  try {
    const { protocol, origin } = new URL(url)
    return protocol === 'http:' || protocol === 'https:' ? origin : null
  } catch {
    return null
  }
}
