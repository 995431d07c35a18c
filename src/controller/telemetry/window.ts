import type { Committed } from '../../shared/mqtt.ts'

/** Keys of one stream without a gap, both ends included. */
export interface Span {
  stream: string
  from: number
  to: number
}

/** Events that go out together: rows `first` to `last` of the outbox, and their keys. */
export interface Batch {
  first: number
  last: number
  spans: Span[]
}

export interface Flight extends Batch {
  /** When it is sent again, in ms of a clock that nobody sets. */
  due: number
  attempt: number
}

/**
 * What was sent and not yet answered. The broker's own acknowledgement means nothing here: only the hub's `committed`
 * closes a flight and opens the window for the next.
 */
export interface SendingWindow {
  /** The last row that was taken since the connection opened. */
  cursor: number
  /** The last row that was ever sent since the controller started. */
  sent: number
  flights: readonly Flight[]
}

export const flightsAtOnce = 4
/** Events and bytes of one batch. */
export const batchLimit = 100
export const batchBytes = 64 * 1024
/** How long an answer is waited for, in ms: first, and at most after doubling at each attempt. */
export const patience = { first: 5_000, most: 60_000 }

export const closedWindow: SendingWindow = { cursor: 0, sent: 0, flights: [] }

/** A new connection, or a hub that says it has just come: all that waits goes out again, from the oldest on. */
export function restarted(window: SendingWindow): SendingWindow {
  return { cursor: 0, sent: window.sent, flights: [] }
}

export function hasRoom(window: SendingWindow): boolean {
  return window.flights.length < flightsAtOnce
}

export function flown(window: SendingWindow, { first, last, spans }: Batch, now: number): SendingWindow {
  const flight = { first, last, spans, attempt: 0, due: now + patience.first }
  return {
    cursor: Math.max(window.cursor, last),
    sent: Math.max(window.sent, last),
    flights: [...window.flights, flight],
  }
}

/** Takes what the hub committed out of the flights; one of which nothing is left is closed. */
export function answered(window: SendingWindow, { streams }: Committed): SendingWindow {
  const flights = window.flights
    .map((flight) => ({
      ...flight,
      spans: flight.spans.flatMap((span) => without(span, streams[span.stream])),
    }))
    .filter((flight) => flight.spans.length > 0)
  return { ...window, flights }
}

function without(span: Span, ranges: readonly (readonly [number, number])[] = []): Span[] {
  let left = [span]
  for (const [from, to] of ranges) {
    left = left.flatMap((part) => {
      if (to < part.from || from > part.to) return [part]
      const before = { ...part, to: from - 1 }
      const after = { ...part, from: to + 1 }
      return [before, after].filter((rest) => rest.from <= rest.to)
    })
  }
  return left
}

export function overdue(window: SendingWindow, now: number): Flight[] {
  return window.flights.filter((flight) => flight.due <= now)
}

/** `batch` is what is left of the flight in the outbox; null where nothing is. */
export function flownAgain(
  window: SendingWindow,
  flight: Flight,
  batch: Batch | null,
  now: number,
): SendingWindow {
  const attempt = flight.attempt + 1
  const due = now + Math.min(patience.most, patience.first * 2 ** attempt)
  const flights = window.flights.flatMap((other) => {
    if (other.first !== flight.first) return [other]
    return batch ? [{ first: flight.first, last: flight.last, spans: batch.spans, attempt, due }] : []
  })
  return { ...window, flights }
}

/** When the next flight falls due; null while none is under way. */
export function nextDue(window: SendingWindow): number | null {
  return window.flights.length === 0 ? null : Math.min(...window.flights.map((flight) => flight.due))
}
