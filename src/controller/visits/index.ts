export type { Visits } from './types.ts'
export { createVisits } from './visits.ts'
