import { cpSync, existsSync, globSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { basename, dirname, join, resolve } from 'node:path'
import react from '@vitejs/plugin-react'
import { build as buildShellAndPages } from 'electron-vite'
import { build, type InlineConfig } from 'vite'
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

/** Makes the package that a controller loads: the manifest, the texts, and the scenes as browser modules. */
async function buildExhibit(source: string) {
  const manifest = Manifest.parse(JSON.parse(readFileSync(join(source, 'exhibit.json'), 'utf8')))
  const target = join(out, 'exhibits', basename(source))
  await build({
    ...base,
    define: production,
    plugins: [react()],
    base: './',
    build: {
      outDir: target,
      emptyOutDir: true,
      cssCodeSplit: false,
      rolldownOptions: {
        input: Object.fromEntries(
          Object.values(manifest.scenes).map((file) => [file.replace(/\.tsx?$/, ''), join(source, file)]),
        ),
        preserveEntrySignatures: 'strict',
        external: Object.values(kitModules),
        output: {
          entryFileNames: '[name].js',
          chunkFileNames: 'chunks/[name]-[hash].js',
          assetFileNames: (asset) =>
            asset.names.some((n) => n.endsWith('.css')) ? 'style.css' : 'assets/[name]-[hash][extname]',
        },
      },
    },
  })
  const scenes = Object.fromEntries(
    Object.entries(manifest.scenes).map(([name, file]) => [name, file.replace(/\.tsx?$/, '.js')]),
  )
  const written: unknown = JSON.parse(readFileSync(join(source, 'exhibit.json'), 'utf8'))
  writeFileSync(join(target, 'exhibit.json'), JSON.stringify({ ...(written as object), scenes }, null, 2))
  for (const folder of ['locales', 'assets']) {
    if (existsSync(join(source, folder)))
      cpSync(join(source, folder), join(target, folder), { recursive: true })
  }
}

await buildShellAndPages({ configFile: join(root, 'electron.config.ts'), logLevel: 'warn' })
await buildKit()
for (const manifest of globSync('exhibits/*/exhibit.json', { cwd: root }))
  await buildExhibit(dirname(join(root, manifest)))
markBuilt(root)
