import { z } from 'zod'

const JsonSchema = z.looseObject({
  properties: z.record(z.string(), z.unknown()).optional(),
  items: z.unknown().optional(),
  prefixItems: z.array(z.unknown()).optional(),
  anyOf: z.array(z.unknown()).optional(),
  oneOf: z.array(z.unknown()).optional(),
  minimum: z.number().optional(),
  exclusiveMinimum: z.number().optional(),
  maximum: z.number().optional(),
  exclusiveMaximum: z.number().optional(),
})

export interface Limits {
  range: [number, number]
  /** The lower end itself is outside. */
  above: boolean
  /** The upper end itself is outside. */
  below: boolean
}

/** The limits that a schema gives the number at a path, where it gives both; else null. */
export function limitsAt(schema: z.ZodType, path: readonly PropertyKey[]): Limits | null {
  return search(z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' }), path)
}

function search(json: unknown, path: readonly PropertyKey[]): Limits | null {
  const parsed = JsonSchema.safeParse(json)
  if (!parsed.success) return null
  const node = parsed.data
  for (const branch of [...(node.anyOf ?? []), ...(node.oneOf ?? [])]) {
    const found = search(branch, path)
    if (found) return found
  }
  const [key, ...rest] = path
  if (key === undefined) {
    const low = node.minimum ?? node.exclusiveMinimum
    const high = node.maximum ?? node.exclusiveMaximum
    if (low === undefined || high === undefined) return null
    return { range: [low, high], above: node.minimum === undefined, below: node.maximum === undefined }
  }
  if (typeof key === 'number') return search(node.prefixItems?.[key] ?? node.items, rest)
  return search(node.properties?.[String(key)], rest)
}

interface Complaint {
  path: PropertyKey[]
  message: string
  code: string
  keys: string[]
}

/**
 * The complaint of a failed parse that helps most: in a union, of the branch that got furthest, so that `{volts: 9}`
 * complains of `volts` and not of a missing `level`.
 */
export function complaintOf(issues: readonly z.core.$ZodIssue[], above: PropertyKey[] = []): Complaint {
  const [issue] = issues
  if (!issue) return { path: above, message: 'Invalid input', code: 'custom', keys: [] }
  const path = [...above, ...issue.path]
  if (issue.code === 'invalid_union' && issue.errors.length > 0) {
    const branches = issue.errors.map((branch) => ({ branch, misfit: misfitOf(branch) }))
    branches.sort((one, other) => one.misfit - other.misfit)
    const best = branches[0]
    if (best && best.misfit < Number.POSITIVE_INFINITY) return complaintOf(best.branch, path)
  }
  return {
    path,
    message: issue.message,
    code: issue.code,
    keys: issue.code === 'unrecognized_keys' ? issue.keys : [],
  }
}

/** A branch whose members have the right types but a wrong value is what was meant. */
function misfitOf(issues: readonly z.core.$ZodIssue[]): number {
  const wrongShape = issues.filter(
    ({ code }) => code === 'invalid_type' || code === 'unrecognized_keys',
  ).length
  return issues.length === 0 ? Number.POSITIVE_INFINITY : wrongShape * 100 + issues.length
}

/** `points[0].raw`, as people write it. */
export const describePath = (path: readonly PropertyKey[]): string =>
  path.reduce<string>(
    (text, key) =>
      typeof key === 'number' ? `${text}[${key}]` : text ? `${text}.${String(key)}` : String(key),
    '',
  )
