import { cpSync, existsSync, globSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { basename, dirname, join, resolve } from 'node:path'
import react from '@vitejs/plugin-react'
import { build as buildShellAndPages } from 'electron-vite'
import { build, type InlineConfig } from 'vite'
import type { z } from 'zod'
import { Manifest } from '../shared/manifest.ts'
import { markBuilt } from './built.ts'

const root = resolve(import.meta.dirname, '../..')
const out = join(root, 'build')
const base: InlineConfig = { root, configFile: false, logLevel: 'warn', publicDir: false }
const production = { 'process.env.NODE_ENV': '"production"' }

/**
 * What a scene's frame imports besides its own files. One copy serves all scenes; the import map that the controller
 * writes into the frame's document leads there.
 */
export const kitModules = {
  react: 'react',
  'jsx-runtime': 'react/jsx-runtime',
  'react-dom-client': 'react-dom/client',
  kit: '@makerhall/kit',
} as const

/** React's modules are CommonJS: each gets an entry that names what it exports. */
async function kitEntries(): Promise<Record<string, string>> {
  const folder = join(out, '.entries')
  mkdirSync(folder, { recursive: true })
  const entries: Record<string, string> = {}
  for (const [name, id] of Object.entries(kitModules)) {
    if (name === 'kit') {
      entries[name] = join(root, 'src/kit/index.ts')
      continue
    }
    const names = Object.keys(await import(id)).filter(
      (key) => !['default', 'module.exports', '__esModule'].includes(key),
    )
    entries[name] = join(folder, `${name}.js`)
    writeFileSync(
      entries[name],
      `export { ${names.join(', ')} } from '${id}'\nexport { default } from '${id}'\n`,
    )
  }
  return entries
}

async function buildKit() {
  await build({
    ...base,
    define: production,
    plugins: [react()],
    build: {
      outDir: join(out, 'kit'),
      emptyOutDir: true,
      cssCodeSplit: false,
      assetsInlineLimit: 0,
      rolldownOptions: {
        input: await kitEntries(),
        preserveEntrySignatures: 'strict',
        output: {
          entryFileNames: '[name].js',
          chunkFileNames: 'chunks/[name]-[hash].js',
          assetFileNames: (asset) =>
            asset.names.some((n) => n.endsWith('.css')) ? 'kit.css' : 'assets/[name]-[hash][extname]',
        },
      },
    },
    base: './',
  })
  rmSync(join(out, '.entries'), { recursive: true })
}

/**
 * Makes the package that a controller loads: the manifest, the texts, and the scenes as browser modules. A manifest that
 * is broken goes in as it is: the controller lets that exhibit rest and says what is wrong with it.
 */
async function buildExhibit(source: string) {
  const target = join(out, 'exhibits', basename(source))
  rmSync(target, { recursive: true, force: true })
  mkdirSync(target, { recursive: true })
  for (const folder of ['locales', 'assets']) {
    if (existsSync(join(source, folder)))
      cpSync(join(source, folder), join(target, folder), { recursive: true })
  }
  const text = readFileSync(join(source, 'exhibit.json'), 'utf8')
  const written = readManifest(text)
  if (!written) {
    console.warn(`${join(source, 'exhibit.json')} is no valid manifest: this exhibit will rest`)
    writeFileSync(join(target, 'exhibit.json'), text)
    return
  }
  await buildScenes(source, target, Object.values(written.scenes))
  const scenes = Object.fromEntries(
    Object.entries(written.scenes).map(([name, file]) => [name, `${withoutEnding(file)}.js`]),
  )
  writeFileSync(join(target, 'exhibit.json'), JSON.stringify({ ...written, scenes }, null, 2))
}

const withoutEnding = (file: string) => file.replace(/\.[jt]sx?$/, '')

/** What was written, defaults not filled in; null where it is no manifest. */
function readManifest(text: string): z.input<typeof Manifest> | null {
  try {
    const written: unknown = JSON.parse(text)
    return isManifest(written) ? written : null
  } catch {
    return null
  }
}

const isManifest = (written: unknown): written is z.input<typeof Manifest> =>
  Manifest.safeParse(written).success

async function buildScenes(source: string, target: string, files: string[]) {
  await build({
    ...base,
    define: production,
    plugins: [react()],
    base: './',
    build: {
      outDir: target,
      emptyOutDir: false,
      cssCodeSplit: false,
      rolldownOptions: {
        input: Object.fromEntries(files.map((file) => [withoutEnding(file), join(source, file)])),
        preserveEntrySignatures: 'strict',
        external: Object.values(kitModules),
        output: {
          entryFileNames: '[name].js',
          chunkFileNames: 'chunks/[name]-[hash].js',
          assetFileNames: ({ names }) =>
            names.some((name) => name.endsWith('.css')) ? 'style.css' : 'assets/[name]-[hash][extname]',
        },
      },
    },
  })
}

await buildShellAndPages({ configFile: join(root, 'electron.config.ts'), logLevel: 'error' })
await buildKit()
for (const manifest of globSync('exhibits/*/exhibit.json', { cwd: root })) {
  const source = dirname(join(root, manifest))
  try {
    await buildExhibit(source)
  } catch (error) {
    console.warn(`${source} could not be built, so this exhibit will rest: ${error}`)
  }
}
markBuilt(root)
