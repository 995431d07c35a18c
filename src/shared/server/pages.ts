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
 * Sends a file of a folder and never one outside it, by no spelling and over no link. A name with a build's hash in it is
 * kept for good; all else is asked for again each time, by its ETag.
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
 * The built pages, each under `/<name>/`, and what they share under `/assets/`. A page finds its own way by the part of
 * the address after `#`, so that any other path below it leads back to it.
 * @param build the folder that holds `pages/`
 * @param pages names and what they are
 */
export function addPages(
  app: FastifyInstance,
  pages: Record<string, string>,
  build: string,
  peers: () => readonly string[],
): void {
  const open = (summary: string) => ({ schema: { summary, security: [] } })
  const folder = join(build, 'pages')
  for (const [name, summary] of Object.entries(pages)) {
    app.get(`/${name}`, open(`To /${name}/`), async (_request, reply) => reply.redirect(`/${name}/`))
    app.get(`/${name}/*`, open(summary), async (request, reply) => {
      const file = wildcard(request)
      if (file === '') {
        reply.header('content-security-policy', pagePolicy(originOf(request), peers()))
        return sendFile(reply, join(folder, name), 'index.html')
      }
      return /\.\w+$/.test(file) ? sendFile(reply, join(folder, name), file) : reply.redirect(`/${name}/`)
    })
  }
  // Browsers ask for it unasked; an error in their console would hide the ones that count.
  app.get('/favicon.ico', { schema: { hide: true } }, async (_request, reply) => reply.code(204).send())
  app.get('/assets/*', open('What the pages share'), (request, reply) =>
    sendFile(reply, join(folder, 'assets'), wildcard(request), { hashed: true }),
  )
}
