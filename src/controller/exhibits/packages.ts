import { readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { Manifest } from '../../shared/manifest.ts'
import { type Problem, problemsOf } from '../../shared/problem.ts'
import { Texts } from '../../shared/scene.ts'
import { crossCheck, draftOf } from './crosscheck.ts'
import { checkLocales, type LocaleFile } from './locales.ts'
import type { ExhibitPackage } from './types.ts'

/** Larger manifests and locale files are not read. Bytes. */
const largest = 1024 * 1024

/** The packages of the given ids, in their order; each is sound or broken for itself. Never throws. */
export async function loadPackages(folder: string, ids: readonly string[]): Promise<ExhibitPackage[]> {
  return Promise.all(
    ids.map(async (id): Promise<ExhibitPackage> => {
      const path = join(folder, id)
      const { manifest, problems } = await checkPackage(path, { id })
      return manifest
        ? { id, folder: path, manifest, problems: [] }
        : { id, folder: path, manifest: null, problems }
    }),
  )
}

type CheckedPackage = { manifest: Manifest; problems: [] } | { manifest: null; problems: Problem[] }

/**
 * Looks at a package folder and says everything that is wrong with it at once. Never throws.
 * @param id what its manifest has to say; absent: anything
 * @param source true for a package as its maker writes it, where a scene may still be TypeScript
 */
export async function checkPackage(
  folder: string,
  { id, source = false }: { id?: string; source?: boolean } = {},
): Promise<CheckedPackage> {
  const file = join(folder, 'exhibit.json')
  if (!(await isFolder(folder)))
    return broken({
      code: 'package.missing',
      file: folder,
      message: 'There is no such package folder.',
      mend: 'Build the exhibits (npm run build), or correct the name.',
    })
  const raw = await readJson(file, 'manifest')
  if ('problem' in raw) return broken(raw.problem)
  if (typeof raw.value !== 'object' || raw.value === null || Array.isArray(raw.value))
    return broken({
      code: 'manifest.invalid',
      file,
      message: 'The manifest is not an object.',
      mend: 'Begin it with { and end it with }; docs/exhibits.md shows one.',
    })

  const parsed = Manifest.safeParse(raw.value)
  const draft = draftOf(raw.value)
  const problems = [
    ...(parsed.success ? [] : problemsOf(parsed.error, file, 'manifest.invalid')),
    ...(id !== undefined && parsed.data && parsed.data.id !== id ? [wrongId(file, id, parsed.data.id)] : []),
    ...crossCheck(draft, file),
    ...(await checkScenes(folder, file, draft.scenes ?? {}, source)),
    ...(await checkLanguages(folder, [...new Set(draft.languages)])),
  ]
  return parsed.success && problems.length === 0
    ? { manifest: parsed.data, problems: [] }
    : { manifest: null, problems }
}

const broken = (problem: Problem): CheckedPackage => ({ manifest: null, problems: [problem] })

const wrongId = (file: string, folder: string, id: string): Problem => ({
  code: 'manifest.wrong-id',
  file,
  path: 'id',
  message: `The package calls itself ${id}, and stands in a folder ${folder}.`,
  mend: 'Give both the same name.',
})

async function checkScenes(
  folder: string,
  file: string,
  scenes: Partial<Manifest['scenes']>,
  source: boolean,
) {
  const problems: Problem[] = []
  const found = (path: string, message: string, mend: string) =>
    problems.push({ code: 'scene.missing', file, path, message, mend })
  for (const [name, scene] of Object.entries(scenes)) {
    if (!(await isFile(join(folder, scene))))
      found(
        `scenes.${name}`,
        `There is no file ${scene} in the package.`,
        source ? 'Write it, or correct the name.' : 'Build the exhibits again (npm run build).',
      )
    else if (!source && !scene.endsWith('.js'))
      found(
        `scenes.${name}`,
        `A browser cannot run ${scene}.`,
        'Build the exhibit (npm run build) and use the built package.',
      )
  }
  return problems
}

async function checkLanguages(folder: string, languages: readonly LocaleFile['language'][]) {
  const problems: Problem[] = []
  const files = await Promise.all(
    languages.map(async (language): Promise<LocaleFile> => {
      const file = join(folder, 'locales', `${language}.json`)
      const raw = await readJson(file, 'locale')
      if ('problem' in raw) {
        problems.push(raw.problem)
        return { language, file, texts: null }
      }
      const parsed = Texts.safeParse(raw.value)
      if (!parsed.success) problems.push(...problemsOf(parsed.error, file, 'locale.invalid'))
      return { language, file, texts: parsed.data ?? null }
    }),
  )
  return [...problems, ...checkLocales(files)]
}

async function readJson(
  file: string,
  what: 'manifest' | 'locale',
): Promise<{ value: unknown } | { problem: Problem }> {
  const problem = (code: string, message: string, mend: string) => ({
    problem: { code: `${what}.${code}`, file, message, mend },
  })
  try {
    const { size } = await stat(file)
    if (size > largest)
      return problem('too-large', `The file has ${size} bytes.`, `Keep it under ${largest} bytes.`)
    const text = await readFile(file, 'utf8')
    try {
      return { value: JSON.parse(text) }
    } catch (error) {
      const where = error instanceof Error ? error.message : String(error)
      return problem('not-json', `The file is not JSON: ${where}.`, 'Correct it at that place.')
    }
  } catch (error) {
    const missing = error instanceof Error && 'code' in error && error.code === 'ENOENT'
    return missing
      ? problem(
          'missing',
          'The file is missing.',
          what === 'locale'
            ? 'Write it, or take the language out of languages.'
            : 'Write it; docs/exhibits.md shows how.',
        )
      : problem('unreadable', `The file cannot be read: ${String(error)}.`, 'Let this user read it.')
  }
}

const isFolder = async (path: string) => (await stat(path).catch(() => null))?.isDirectory() ?? false
const isFile = async (path: string) => (await stat(path).catch(() => null))?.isFile() ?? false
