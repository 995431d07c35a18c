import { randomBytes } from 'node:crypto'
import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import type { FastifyInstance } from 'fastify'
import { z } from 'zod'
import { MakerhallError } from '../../shared/problem.ts'
import type { ConsoleConfig } from '../../shared/routes.ts'
import { addPages, originOf, Refusal, sendFile, wildcard } from '../../shared/server/index.ts'
import type { Exhibits } from '../exhibits/types.ts'
import { sceneFrame } from './frame.ts'

export interface FilesOptions {
  /** The folder of the built pages and the kit. */
  build: string
  exhibits: Pick<Exhibits, 'package'>
  /** Where the hub's API is; null for a kiosk without one. */
  hub: () => string | null
}

/** Under these, any page may read: a sandboxed frame has no origin that could be named. */
export const openFiles = ['/kit/', '/exhibits/'] as const

const PackageParams = z.object({ id: z.string(), version: z.string() })

/** The pages, the kit, and what a scene's frame loads. */
export function addFiles(app: FastifyInstance, { build, exhibits, hub }: FilesOptions): void {
  const peers = () => [hub()].flatMap((url) => (url ? [new URL(url).origin] : []))
  const open = (summary: string) => ({ summary, security: [] })

  app.get('/', { schema: open('To the console') }, async (_request, reply) => reply.redirect('/console/'))
  app.get('/console/config.json', { schema: open('Where the console finds its servers') }, (request, reply) =>
    reply
      .header('cache-control', 'no-store')
      .send({ controller: originOf(request), hub: peers()[0] ?? null } satisfies ConsoleConfig),
  )
  addPages(app, { kiosk: 'The visitor’s page', console: 'The staff’s page' }, build, peers)

  app.get('/kit/*', { schema: open('What scenes import') }, (request, reply) => {
    reply.header('cross-origin-resource-policy', 'cross-origin')
    return sendFile(reply, join(build, 'kit'), wildcard(request))
  })

  /** A package is asked for by its version: after an update nothing of the old one is taken for the new. */
  const packageOf = (params: unknown) => {
    const { id, version } = PackageParams.parse(params)
    const found = exhibits.package(id)
    if (found?.manifest?.version === version) return { folder: found.folder, manifest: found.manifest }
    throw new MakerhallError({
      code: 'exhibit.unknown',
      message: `There is no exhibit ${id} in version ${version} here.`,
      mend: 'Ask GET /api/exhibits for the version that stands here.',
    })
  }

  app.get(
    '/exhibits/:id/:version/frame.html',
    {
      schema: {
        ...open('The document of a scene’s frame'),
        description: '`?scene=attract` or `?scene=play`.',
      },
    },
    async (request, reply) => {
      const { folder, manifest } = packageOf(request.params)
      const { html, policy } = sceneFrame({
        origin: originOf(request),
        manifest,
        scene: sceneOf(request.query),
        styled: await isFile(join(folder, 'style.css')),
        nonce: randomBytes(16).toString('base64url'),
      })
      // The policy says who may frame it, in more words than the older header has.
      reply.raw.removeHeader('x-frame-options')
      return reply
        .header('content-security-policy', policy)
        .header('cross-origin-resource-policy', 'cross-origin')
        .header('cache-control', 'no-store')
        .type('text/html; charset=utf-8')
        .send(html)
    },
  )
  app.get(
    '/exhibits/:id/:version/*',
    { schema: open('A file of an exhibit’s package') },
    (request, reply) => {
      reply.header('cross-origin-resource-policy', 'cross-origin')
      return sendFile(reply, packageOf(request.params).folder, wildcard(request))
    },
  )
}

function sceneOf(query: unknown): 'attract' | 'play' {
  const parsed = z.object({ scene: z.enum(['attract', 'play']).default('play') }).safeParse(query)
  if (parsed.success) return parsed.data.scene
  throw new Refusal(422, {
    code: 'request.invalid',
    message: 'There is no such scene.',
    mend: 'Use scene=attract or scene=play.',
    path: 'scene',
  })
}

const isFile = async (file: string) => (await stat(file).catch(() => null))?.isFile() ?? false
