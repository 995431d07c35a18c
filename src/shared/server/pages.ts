import { realpath } from 'node:fs/promises'
import { join, resolve, sep } from 'node:path'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { z } from 'zod'
import { originOf } from './app.ts'
import { Refusal } from './refusal.ts'

const notHere = () =>
  new Refusal(404, {
    code: 'request.unknown',
    message: 'There is no such file.',
    mend: 'Check the address; were the pages built?',
  })

/**
 * Sends a file of a folder and never one outside it, by no spelling and over no link. Names with a build's hash in them
 * (under assets/) are kept for good; all else is asked for again each time, by its ETag.
 */
export async function sendFile(
  reply: FastifyReply,
  folder: string,
  file: string,
  { hashed = false }: { hashed?: boolean } = {},
): Promise<FastifyReply> {
  const root = resolve(folder)
  const wanted = resolve(root, file)
  if (!wanted.startsWith(root + sep) || file.split(/[/\\]/).some((part) => part.startsWith('.')))
    throw notHere()
  try {
    const [realRoot, real] = await Promise.all([realpath(root), realpath(wanted)])
    if (!real.startsWith(realRoot + sep)) throw notHere()
  } catch {
    throw notHere()
  }
  reply.header('cache-control', hashed ? 'public, max-age=31536000, immutable' : 'no-cache')
  return reply.sendFile(file, root, { cacheControl: false, dotfiles: 'ignore' })
}

export const wildcard = (request: FastifyRequest): string =>
  z.object({ '*': z.string() }).parse(request.params)['*']

/** How a policy names what a page may talk to: an origin over HTTP and the same over WebSocket. */
const withSockets = (origin: string) => [origin, origin.replace(/^http/, 'ws')]

/** Our own pages run their own scripts and talk to our own servers, and to nothing else. */
export function pagePolicy(origin: string, peers: readonly string[]): string {
  return [
    "default-src 'none'",
    "script-src 'self'",
    // Mantine and charts set style attributes and style elements.
    "style-src 'self' 'unsafe-inline'",
    "img-src 'self' data: blob:",
    "font-src 'self' data:",
    "media-src 'self' blob:",
    `connect-src ${["'self'", ...withSockets(origin), ...peers.flatMap(withSockets)].join(' ')}`,
    "frame-src 'self'",
    "worker-src 'self'",
    "manifest-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; ')
}

/**
 * A built page under `/<name>/`. A path without a file's ending is the page itself, which then finds its own way.
 * @param build the folder that holds `pages/<name>/`
 */
export function addPage(
  app: FastifyInstance,
  name: string,
  summary: string,
  build: string,
  peers: () => readonly string[],
): void {
  const folder = join(build, 'pages', name)
  const schema = (text: string) => ({ schema: { summary: text, security: [] } })
  app.get(`/${name}`, schema(`To /${name}/`), async (_request, reply) => reply.redirect(`/${name}/`))
  app.get(`/${name}/*`, schema(summary), async (request, reply) => {
    const file = wildcard(request)
    reply.header('content-security-policy', pagePolicy(originOf(request), peers()))
    return /\.\w+$/.test(file)
      ? sendFile(reply, folder, file, { hashed: file.startsWith('assets/') })
      : sendFile(reply, folder, 'index.html')
  })
}
