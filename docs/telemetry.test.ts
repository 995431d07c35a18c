import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import type { z } from 'zod'
import { Event } from '../src/shared/event.ts'
import {
  Availability,
  Committed,
  Desired,
  EventBatch,
  KioskState,
  Reported,
  topics,
} from '../src/shared/mqtt.ts'

const page = readFileSync(new URL('./telemetry.md', import.meta.url), 'utf8')
const schemas: Record<string, z.ZodType> = {
  Availability,
  Committed,
  Desired,
  Event,
  EventBatch,
  KioskState,
  Reported,
}
const examples = [...page.matchAll(/^```json(?: (\w+))?\n(.*?)^```$/gms)].map(([, name = '', json = '']) => ({
  name,
  json,
}))

test.each(examples)('the example of $name fits its schema: $json', ({ name, json }) => {
  const schema = schemas[name]
  if (!schema) throw new Error(`no schema is called “${name}”`)
  expect(schema.safeParse(JSON.parse(json)).error).toBeUndefined()
})

test('the batch of the page holds events', () => {
  const batch = examples.find(({ name }) => name === 'EventBatch')
  for (const event of EventBatch.parse(JSON.parse(batch?.json ?? '')).events) Event.parse(event)
})

test('every schema has an example, and every type of event one under its own heading', () => {
  expect(new Set(examples.map(({ name }) => name))).toEqual(new Set(Object.keys(schemas)))
  const sections = page.split(/^### /m).slice(1)
  for (const { shape } of Event.options) {
    const section = sections.find((text) => text.startsWith(`${shape.type.value}\n`))
    expect(section, shape.type.value).toContain(`"type": "${shape.type.value}"`)
  }
})

test('the table names every topic', () => {
  for (const leaf of Object.keys(topics('site', 'kiosk'))) expect(page).toContain(`| \`${leaf}\` |`)
})
