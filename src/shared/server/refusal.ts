import { MakerhallError, type Problem } from '../problem.ts'
import type { ErrorAnswer } from '../routes.ts'

/** A problem that a caller of the API caused or should know of, with what only HTTP needs. */
export class Refusal extends MakerhallError {
  readonly status: number
  readonly range: [number, number] | undefined
  /** Seconds until another try is heard. */
  readonly retryAfter: number | undefined

  constructor(
    status: number,
    problem: Problem,
    more: { range?: [number, number] | null; retryAfter?: number } = {},
    options?: ErrorOptions,
  ) {
    super(problem, options)
    this.name = 'Refusal'
    this.status = status
    this.range = more.range ?? undefined
    this.retryAfter = more.retryAfter
  }
}

/** The codes of the rooms whose status does not follow from their last word. */
const statusByCode: Record<string, number> = {
  'mode.unknown': 422,
  'mode.minutes': 422,
  'stage.unknown': 422,
  'channel.not-a-number': 422,
  'channel.not-writable': 422,
  'calibration.equal-points': 422,
  'virtual.no-such-pin': 404,
  'accounts.not-saved': 507,
}

/** `x.unknown` names a thing that is not here, `x.range` a value outside its range; the others are conflicts. */
export function statusOf(code: string): number {
  const known = statusByCode[code]
  if (known) return known
  if (code.endsWith('.unknown')) return 404
  if (code.endsWith('.range') || code.endsWith('.invalid')) return 422
  return 409
}

export interface Refused {
  status: number
  answer: ErrorAnswer
  retryAfter?: number | undefined
}

/** What the libraries below mean by their own errors, in words of ours. */
const byStatus: Record<number, Problem> = {
  400: {
    code: 'request.malformed',
    message: 'The request cannot be read.',
    mend: 'Send JSON with content-type application/json.',
  },
  404: { code: 'request.unknown', message: 'There is nothing here.', mend: 'See /openapi.json for what is.' },
  413: { code: 'request.too-large', message: 'The request is too large.', mend: 'Send less at once.' },
  414: { code: 'request.too-long', message: 'The address is too long.', mend: 'Use a shorter address.' },
  415: {
    code: 'request.not-json',
    message: 'The body is not JSON.',
    mend: 'Send JSON with content-type application/json.',
  },
}

/** Any error as an answer. What nobody threw on purpose is a 500 that tells nothing of the inside. */
export function refusedBy(error: unknown): Refused {
  if (error instanceof Refusal) {
    const { status, problem, range, retryAfter } = error
    return { status, retryAfter, answer: { error: range ? { ...problem, range } : problem } }
  }
  if (error instanceof MakerhallError)
    return { status: statusOf(error.problem.code), answer: { error: error.problem } }
  const status =
    error instanceof Error && 'statusCode' in error && typeof error.statusCode === 'number'
      ? error.statusCode
      : 500
  if (status >= 400 && status < 500)
    return {
      status,
      answer: {
        error: byStatus[status] ?? {
          code: 'request.refused',
          message: 'The request was refused.',
          mend: 'See /openapi.json for what is understood.',
        },
      },
    }
  return {
    status: 500,
    answer: {
      error: {
        code: 'server.failed',
        message: 'Something went wrong in here.',
        mend: 'Try again; the log in the data folder says more.',
      },
    },
  }
}
