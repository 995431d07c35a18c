import type { FastifySchemaCompiler } from 'fastify'
import { z } from 'zod'
import { complaintOf, describePath, rangeAt } from './range.ts'
import { Refusal } from './refusal.ts'

/**
 * Checks what comes in by its zod schema. What does not fit is refused with its path, and with the range where the
 * schema gives one: 422 for a body or a query, 404 for a path whose names cannot be anything of ours.
 */
export const validatorCompiler: FastifySchemaCompiler<unknown> =
  ({ schema, httpPart }) =>
  (data: unknown) => {
    if (!(schema instanceof z.ZodType)) return { value: data }
    const parsed = schema.safeParse(data)
    return parsed.success ? { value: parsed.data } : { error: refuse(parsed.error, schema, httpPart) }
  }

function refuse(error: z.ZodError, schema: z.ZodType, part: string | undefined): Refusal {
  const { path, message, code, keys } = complaintOf(error.issues)
  const where = describePath(path)
  if (part === 'params')
    return new Refusal(404, {
      code: 'request.unknown',
      message: `There is no such ${where || 'thing'}: ${message}.`,
      mend: 'Correct the address.',
      path: where,
    })
  const range = rangeAt(schema, path)
  return new Refusal(
    422,
    {
      code: 'request.invalid',
      message: `${where || 'The request'} does not fit: ${message}.`,
      mend: mendFor(code, keys, range),
      path: where,
    },
    { range },
  )
}

function mendFor(code: string, keys: string[], range: [number, number] | null): string {
  if (code === 'unrecognized_keys') return `Leave out ${keys.join(', ')}.`
  if (range) return `Use a number from ${range[0]} to ${range[1]}.`
  return 'Correct this value; /openapi.json says what fits.'
}
