export { type AppOptions, createApp, originOf } from './app.ts'
export { type DataFolder, openDataFolder } from './data-folder.ts'
export { answersTo, httpOrigin, isLoopback, sameOrigin } from './hosts.ts'
export type { Authenticate, Identity } from './identity.ts'
export {
  type KeptFile,
  keepSecret,
  keptFile,
  keptSecret,
  randomSecret,
  readableSecret,
  sameSecret,
  textOf,
  type Warns,
} from './kept-file.ts'
export {
  claimsOf,
  openSigningKey,
  PublicKey,
  rosterType,
  type SigningKey,
  tokenSeconds,
  tokenType,
  verified,
} from './keys.ts'
export { openLog } from './log.ts'
export { createMetrics, type Figure } from './metrics.ts'
export { controllerOptions, hubOptions, readOptions } from './options.ts'
export { addPage, sendFile, wildcard } from './pages.ts'
export { buildFolder, productVersion } from './product.ts'
export { Refusal, refusedBy } from './refusal.ts'
export { addRoutes, bearerOf, type Guards, type Handlers, whoCalls } from './routes.ts'
export { portProblem, runServer, stopInTurn } from './run.ts'
export { type LoadedSite, loadSite, readSite, type SiteFile } from './site-file.ts'
export { createSlowDown, type SlowDown } from './slow-down.ts'
