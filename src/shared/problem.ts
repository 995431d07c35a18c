import { z } from 'zod'

/**
 * What went wrong, where, and what mends it. `file` and `path` name the place in what a person wrote
 * (`path` as in `exhibits[0].bindings.dial.pin`); `mend` is one sentence that says what to do.
 */
export const Problem = z.object({
  code: z.string().regex(/^[a-z][a-z0-9-]*(\.[a-z0-9-]+)*$/),
  message: z.string(),
  mend: z.string(),
  file: z.string().optional(),
  path: z.string().optional(),
})
export type Problem = z.infer<typeof Problem>

/** An error that someone can act on. Everything thrown on purpose in this product is one. */
export class MakerhallError extends Error {
  readonly problem: Problem

  constructor(problem: Problem, options?: ErrorOptions) {
    super(problem.message, options)
    this.name = 'MakerhallError'
    this.problem = problem
  }
}

/** One line for a log or a terminal: `file: path: message Mend.` */
export function describeProblem({ file, path, message, mend }: Problem): string {
  return [file, path, `${message} ${mend}`].filter(Boolean).join(': ')
}

/** Turns zod's issues into problems; `file` is the file that was parsed. */
export function problemsOf(error: z.ZodError, file: string | undefined, code: string): Problem[] {
  return error.issues.map((issue) => ({
    code,
    file,
    path: issue.path.reduce<string>(
      (path, key) =>
        typeof key === 'number' ? `${path}[${key}]` : path ? `${path}.${String(key)}` : String(key),
      '',
    ),
    ...wordsOf(issue),
  }))
}

const kinds: Record<string, string> = {
  array: 'a list [ … ]',
  object: 'an object { … }',
  record: 'an object { … }',
  string: 'a text in quotes',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
}

function wordsOf(issue: z.core.$ZodIssue): Pick<Problem, 'message' | 'mend'> {
  const asSaid = issue.message.charAt(0).toUpperCase() + issue.message.slice(1)
  const message = `${asSaid}.`
  switch (issue.code) {
    case 'unrecognized_keys':
      return {
        message: `There is no field ${issue.keys.join(', ')}.`,
        mend: 'Remove it, or mend its spelling.',
      }
    case 'invalid_value':
      return { message: 'This is not one of the words known here.', mend: `Use ${issue.values.join(', ')}.` }
    case 'invalid_key':
      return {
        message: 'This name cannot be used.',
        mend: `Mend: ${issue.issues[0]?.message ?? 'use another'}.`,
      }
    case 'invalid_type': {
      const mend = `Write ${kinds[issue.expected] ?? issue.expected} here.`
      // zod tells what it found only in its message.
      return issue.message.endsWith('received undefined')
        ? { message: 'This field is missing.', mend }
        : { message: `This is not ${kinds[issue.expected] ?? issue.expected}.`, mend }
    }
    default:
      return { message, mend: 'Correct this value.' }
  }
}
