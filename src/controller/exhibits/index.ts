export { createExhibits } from './exhibits.ts'
export { checkPackage, loadPackages } from './packages.ts'
export type { ExhibitPackage, Exhibits } from './types.ts'
