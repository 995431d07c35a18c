import { mkdir } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import writeFileAtomic from 'write-file-atomic'
import { z } from 'zod'
import { Manifest } from '../../shared/manifest.ts'
import { Site } from '../../shared/site.ts'
import { type Command, exit, readArguments } from './command.ts'

/** The JSON schemas of what people write, for their editors: file name to content. */
export function schemaFiles(): Record<string, string> {
  return {
    'exhibit.schema.json': textOf(Manifest, 'A Makerhall exhibit package: exhibit.json'),
    'site.schema.json': textOf(Site, 'What stands at a Makerhall kiosk: site.json'),
  }
}

function textOf(schema: z.ZodType, title: string): string {
  const { $schema, ...rest } = z.toJSONSchema(schema, { io: 'input' })
  return `${JSON.stringify({ $schema, title, ...rest }, null, 2)}\n`
}

export const schemas: Command = {
  name: 'schemas',
  synopsis: '[FOLDER]',
  summary: 'writes the JSON schemas of exhibit.json and site.json',
  help: `  FOLDER  where to (default: docs/schema)

Name one as "$schema" in your file, and your editor completes and checks it.`,
  async run(args, { out }) {
    const { positionals } = readArguments(args.length === 0 ? ['docs/schema'] : args, ['FOLDER'], {})
    const folder = resolve(positionals[0] ?? '')
    await mkdir(folder, { recursive: true })
    for (const [name, text] of Object.entries(schemaFiles())) {
      await writeFileAtomic(join(folder, name), text)
      out(join(folder, name))
    }
    return exit.ok
  },
}
