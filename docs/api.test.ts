import { readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import type { z } from 'zod'
import { LiveDown, LiveHello, LiveUp } from '../src/shared/live.ts'
import { controllerRoutes, ErrorAnswer, hubRoutes, type Route } from '../src/shared/routes.ts'

const file = fileURLToPath(new URL('api.md', import.meta.url))

/** The routes of a table as a table of Markdown, laid out as the formatter would. */
function tableOf(routes: Record<string, Route>): string {
  const rows = [
    ['route', 'what it does', 'who'],
    ...Object.values(routes).map(({ method, path, summary, access }) => [
      `\`${method} ${path}\``,
      summary,
      typeof access === 'string' ? access : access.join(', '),
    ]),
  ]
  const widths = [0, 1, 2].map((column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)))
  const line = (cells: string[], fill = ' ') =>
    `| ${cells.map((cell, column) => cell.padEnd(widths[column] ?? 0, fill)).join(' | ')} |`
  const [head = [], ...body] = rows
  return [line(head), line(['', '', ''], '-'), ...body.map((row) => line(row))].join('\n')
}

const written = (text: string, name: string, routes: Record<string, Route>) =>
  text.replace(
    new RegExp(`(<!-- ${name} routes: .*-->\n)[\\s\\S]*?(<!-- end -->)`),
    (_, begin: string, end: string) => `${begin}\n${tableOf(routes)}\n\n${end}`,
  )

describe('the guide to the API', () => {
  it('has the tables that the servers register from', () => {
    const before = readFileSync(file, 'utf8')
    const after = written(written(before, 'controller', controllerRoutes), 'hub', hubRoutes)
    if (process.env.UPDATE_DOCS) writeFileSync(file, after)
    else expect(before).toBe(after)
  })

  const schemas: Record<string, z.ZodType> = {
    error: ErrorAnswer,
    'live-hello': LiveHello,
    'live-up': LiveUp,
    'live-down': LiveDown,
  }
  const examples = [...readFileSync(file, 'utf8').matchAll(/^```json (\S+)\n([\s\S]*?)^```$/gm)].map(
    ([, kind = '', body = '']) => [kind, body] as const,
  )
  it.each(examples)('shows of %s what the product sends or takes: %s', (kind, body) => {
    expect(schemas[kind]?.safeParse(JSON.parse(body)).error).toBeUndefined()
  })

  it('shows each message that a page may send', () => {
    const shown = examples.flatMap(([kind, body]) =>
      kind === 'live-up' ? [LiveUp.parse(JSON.parse(body)).type] : [],
    )
    expect(shown.sort()).toEqual(LiveUp.options.map(({ shape }) => shape.type.value).sort())
  })
})
