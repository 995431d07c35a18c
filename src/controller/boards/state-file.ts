import { mkdir, readFile, rename } from 'node:fs/promises'
import { dirname } from 'node:path'
import writeFileAtomic from 'write-file-atomic'
import type { z } from 'zod'
import type { Logger } from './logger.ts'

const isMissing = (error: unknown) => error instanceof Error && 'code' in error && error.code === 'ENOENT'

/**
 * A small JSON file that this controller keeps. One that is not there is `fresh`; one that cannot be read is set aside
 * as `NAME.broken-<time>`, so that nothing is lost, and a fresh one begins.
 */
export async function readStateFile<T>(
  file: string,
  schema: z.ZodType<T>,
  fresh: T,
  logger: Logger,
): Promise<T> {
  let text: string
  try {
    text = await readFile(file, 'utf8')
  } catch (error) {
    if (isMissing(error)) return fresh
    throw error
  }
  try {
    return schema.parse(JSON.parse(text))
  } catch (error) {
    const aside = `${file}.broken-${new Date().toISOString().replaceAll(':', '')}`
    await rename(file, aside)
    logger.warn({ file, aside, error: String(error) }, 'A state file could not be read and was set aside')
    return fresh
  }
}

/** Replaces the file as a whole, so that a power cut leaves the old one or the new one. */
export async function writeStateFile(file: string, value: unknown): Promise<void> {
  await mkdir(dirname(file), { recursive: true })
  await writeFileAtomic(file, `${JSON.stringify(value, null, 2)}\n`)
}
