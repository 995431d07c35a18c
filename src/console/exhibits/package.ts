import { useQueries, useQuery } from '@tanstack/react-query'
import type { z } from 'zod'
import { Manifest } from '../../shared/manifest.ts'
import { Texts } from '../../shared/scene.ts'
import { useClient, useLive } from '../services.tsx'
import { useWords } from '../words.ts'

/** A file of an exhibit's package, which the controller serves openly by version; null where it cannot be had. */
async function packageFile<Schema extends z.ZodType>(
  origin: string | null,
  id: string,
  version: string | null | undefined,
  file: string,
  schema: Schema,
  signal: AbortSignal,
): Promise<z.output<Schema> | null> {
  if (origin === null || version == null) return null
  const response = await fetch(new URL(`/exhibits/${id}/${version}/${file}`, origin), { signal })
  if (!response.ok) return null
  const parsed = schema.safeParse(await response.json())
  return parsed.success ? parsed.data : null
}

/** The exhibit's manifest: ranges, kinds and which channels can be calibrated. Null until it is there. */
export function useManifest(id: string): Manifest | null {
  const { config } = useClient()
  const version = useLive((live) => live.state?.exhibits.find((exhibit) => exhibit.id === id)?.version)
  const query = useQuery({
    queryKey: ['package', id, version, 'manifest'],
    enabled: version != null,
    staleTime: Number.POSITIVE_INFINITY,
    queryFn: ({ signal }) => packageFile(config.controller, id, version, 'exhibit.json', Manifest, signal),
  })
  return query.data ?? null
}

/** Words from the exhibits' own locale files, with the identifier where a text is missing. */
export function useExhibitWords(ids: readonly string[]) {
  const { config } = useClient()
  const { language } = useWords()
  const exhibits = useLive((live) => live.state?.exhibits)
  const queries = useQueries({
    queries: ids.map((id) => {
      const version = exhibits?.find((exhibit) => exhibit.id === id)?.version
      return {
        queryKey: ['package', id, version, 'texts', language],
        enabled: version != null,
        staleTime: Number.POSITIVE_INFINITY,
        queryFn: ({ signal }: { signal: AbortSignal }) =>
          packageFile(config.controller, id, version, `locales/${language}.json`, Texts, signal),
      }
    }),
  })
  const texts = new Map(ids.map((id, i) => [id, queries[i]?.data ?? null]))
  const text = (id: string, key: string, otherwise: string) => texts.get(id)?.[key] ?? otherwise
  return {
    title: (id: string) => text(id, 'title', spoken(id)),
    mode: (id: string, mode: string) => text(id, `mode.${mode}`, spoken(mode)),
    channel: (id: string, channel: string) => text(id, `channel.${channel}`, channel),
  }
}

/** `ohms-law` as `Ohms law`. */
const spoken = (id: string) => (id.charAt(0).toUpperCase() + id.slice(1)).replaceAll('-', ' ')
