export type { Visits } from './types.ts'
export { createVisits, type VisitsOptions } from './visits.ts'
