import { readFileSync } from 'node:fs'
import { z } from 'zod'
import type { Problem } from '../problem.ts'
import { problemsOf } from '../problem.ts'
import { defaultSite, Site, SiteBoard, SiteExhibit } from '../site.ts'

/** A site with what is sound of its file. */
export type LoadedSite = Omit<Site, '$schema'>

export interface SiteFile {
  site: LoadedSite
  /** Where it was read; null for the default site. */
  file: string | null
  problems: Problem[]
  /** Turns a path into `site`, which leaves broken entries out, into the path in the file. */
  pathInFile: (path: string) => string
}

const Rest = Site.omit({ boards: true, exhibits: true })

/**
 * Reads the site file: `given` by --site, else `kept` in the data folder, else the default site. A broken file never
 * becomes the default site: what is sound of it stands, the rest is left out and told.
 */
export function loadSite(given: string | undefined, kept: string): SiteFile {
  const file = given ?? kept
  let text: string
  try {
    text = readFileSync(file, 'utf8')
  } catch (error) {
    const missing = error instanceof Error && 'code' in error && error.code === 'ENOENT'
    if (missing && given === undefined)
      return { site: Site.parse(defaultSite), file: null, problems: [], pathInFile: (path) => path }
    return nothing(file, {
      code: 'site.unreadable',
      file,
      message: `The site file cannot be read: ${error instanceof Error ? error.message : error}.`,
      mend: 'Correct its name or its permissions.',
    })
  }
  let json: unknown
  try {
    json = JSON.parse(text.replace(/^\uFEFF/, ''))
  } catch (error) {
    return nothing(file, {
      code: 'site.not-json',
      file,
      message: `The site file is not JSON: ${error instanceof Error ? error.message : error}.`,
      mend: 'Correct it at that place; docs/site-file.md shows whole examples.',
    })
  }
  return readSite(json, file)
}

/** What is sound of a parsed site file, and everything that is not. */
export function readSite(json: unknown, file: string): SiteFile {
  const whole = z.record(z.string(), z.unknown()).safeParse(json)
  if (!whole.success)
    return nothing(file, {
      code: 'site.invalid',
      file,
      message: 'The site file is not an object.',
      mend: 'Begin it with { and end it with }; docs/site-file.md shows whole examples.',
    })
  const { boards, exhibits, ...rest } = whole.data
  const problems: Problem[] = []
  const soundBoards = soundEntries('boards', boards, SiteBoard, file, problems)
  const soundExhibits = soundEntries('exhibits', exhibits, SiteExhibit, file, problems)
  const site = {
    ...soundRest(rest, file, problems),
    boards: soundBoards.map(({ entry }) => entry),
    exhibits: soundExhibits.map(({ entry }) => entry),
  }
  const at = { boards: soundBoards, exhibits: soundExhibits }
  return {
    site,
    file,
    problems,
    pathInFile: (path) =>
      path.replace(/^(boards|exhibits)\[(\d+)\]/, (match, list: 'boards' | 'exhibits', index: string) => {
        const entry = at[list][Number(index)]
        return entry ? `${list}[${entry.index}]` : match
      }),
  }
}

function soundEntries<S extends z.ZodType>(
  list: 'boards' | 'exhibits',
  value: unknown,
  schema: S,
  file: string,
  problems: Problem[],
): { entry: z.output<S>; index: number }[] {
  const entries = z.array(z.unknown()).safeParse(value)
  if (!entries.success) {
    problems.push({
      code: 'site.invalid',
      file,
      path: list,
      message: value === undefined ? `There is no ${list}.` : `${list} is not a list.`,
      mend: `Write "${list}": [ … ]; docs/site-file.md shows whole examples.`,
    })
    return []
  }
  if (list === 'exhibits' && entries.data.length === 0)
    problems.push({
      code: 'site.invalid',
      file,
      path: list,
      message: 'There is no exhibit.',
      mend: 'Name at least one, such as { "id": "ohms-law", "board": "uno" }.',
    })
  return entries.data.flatMap((entry, index) => {
    const parsed = schema.safeParse(entry)
    if (parsed.success) return [{ entry: parsed.data, index }]
    problems.push(...problemsOf(parsed.error, file, 'site.invalid').map(below(`${list}[${index}]`)))
    return []
  })
}

/** Drops the values that do not fit, however deep, one parse after another, and tells of each. */
function soundRest(rest: Record<string, unknown>, file: string, problems: Problem[]) {
  const sound = structuredClone(rest)
  for (;;) {
    const parsed = Rest.safeParse(sound)
    if (parsed.success) {
      const { $schema: _schema, ...values } = parsed.data
      return values
    }
    problems.push(...problemsOf(parsed.error, file, 'site.invalid'))
    for (const issue of parsed.error.issues) {
      const extra = issue.code === 'unrecognized_keys' ? issue.keys : []
      if (extra.length === 0) remove(sound, issue.path)
      for (const key of extra) remove(sound, [...issue.path, key])
    }
  }
}

/** Takes the value at a path away; a list goes as a whole, so that no gap is left in it. */
function remove(value: Record<string, unknown>, path: readonly PropertyKey[]): void {
  const [key, ...rest] = path
  const below = z.record(z.string(), z.unknown()).safeParse(value[String(key)])
  if (rest.length > 0 && below.success && !Array.isArray(value[String(key)])) {
    remove(below.data, rest)
    value[String(key)] = below.data
  } else delete value[String(key)]
}

const below =
  (above: string) =>
  (problem: Problem): Problem => ({
    ...problem,
    path: !problem.path
      ? above
      : problem.path.startsWith('[')
        ? above + problem.path
        : `${above}.${problem.path}`,
  })

/** A site without anything: the kiosk rests, and says to its technician why. */
function nothing(file: string, problem: Problem): SiteFile {
  return {
    site: { ...Rest.parse({}), boards: [], exhibits: [] },
    file,
    problems: [problem],
    pathInFile: (path) => path,
  }
}
