import type { FastifySchemaCompiler } from 'fastify'
import { z } from 'zod'
import { complaintOf, describePath, type Limits, limitsAt } from './range.ts'
import { Refusal } from './refusal.ts'

/**
 * Checks what comes in by its zod schema. What does not fit is refused with its path, and with the range where the
 * schema gives one: 422 for a body or a query, 404 for a path whose names cannot be anything of ours. A schema that
 * describes itself says what to use instead.
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
  const limits = limitsAt(schema, path)
  return new Refusal(
    422,
    {
      code: 'request.invalid',
      message: `${where || 'The request'} does not fit: ${message}.`,
      mend: schema.description ? `Use ${schema.description}.` : mendFor(code, keys, limits),
      path: where,
    },
    { range: limits?.range ?? null },
  )
}

function mendFor(code: string, keys: string[], limits: Limits | null): string {
  if (code === 'unrecognized_keys') return `Leave out ${keys.join(', ')}.`
  if (limits) {
    const { range, above, below } = limits
    if (!above && !below) return `Use a number from ${range[0]} to ${range[1]}.`
    return `Use a number ${above ? 'more than' : 'at least'} ${range[0]} and ${below ? 'less than' : 'at most'} ${range[1]}.`
  }
  return 'Correct this value; /openapi.json says what fits.'
}
