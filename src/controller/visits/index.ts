export { createVisits } from './visits.ts'
