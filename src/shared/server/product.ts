import { readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { z } from 'zod'

/** Where the product lies. */
export const productRoot = resolve(import.meta.dirname, '../../..')

/** Where its built pages, kit and exhibits lie. */
export const buildFolder = join(productRoot, 'build')

/** The version in package.json. */
export function productVersion(): string {
  const json: unknown = JSON.parse(readFileSync(join(productRoot, 'package.json'), 'utf8'))
  return z.object({ version: z.string() }).parse(json).version
}
