export { createExhibits, type ExhibitsOptions } from './exhibits.ts'
export { type CheckedPackage, checkPackage, loadPackages } from './packages.ts'
export type { ExhibitPackage, Exhibits } from './types.ts'
