import { createHash } from 'node:crypto'
import { existsSync, globSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/** What the built pages, kit and exhibits are made of. */
const sources = [
  'src/{kiosk,console,kit,shared}/**/*',
  'src/shell/electron/*',
  'src/shell/build.ts',
  'exhibits/**/*',
  'assets/**/*',
]
const settings = ['package-lock.json', 'electron.config.ts']
const stamp = 'build/stamp'

/** One hash over every file that the build reads, so that a change of any of them asks for a new build. */
function fingerprint(root: string): string {
  const hash = createHash('sha256')
  const files = globSync(sources, { cwd: root, withFileTypes: true })
    .filter((entry) => entry.isFile() && !/\.test\.tsx?$/.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name))
  for (const file of [...files.sort(), ...settings.map((name) => join(root, name))]) {
    hash.update(file.slice(root.length)).update(readFileSync(file))
  }
  return hash.digest('hex')
}

/** True where the build is of just these sources, or stands without sources, as in an installed product. */
export function isBuilt(root: string): boolean {
  const file = join(root, stamp)
  if (!existsSync(file)) return false
  return !existsSync(join(root, 'electron.config.ts')) || readFileSync(file, 'utf8') === fingerprint(root)
}

export function markBuilt(root: string) {
  writeFileSync(join(root, stamp), fingerprint(root))
}
