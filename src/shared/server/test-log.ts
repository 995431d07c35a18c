import { pino } from 'pino'

/** A logger that says nothing, for tests. */
export const quietLog = pino({ level: 'silent' })
