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
} from '../node/kept-file.ts'
export { createApp, originOf } from './app.ts'
export { openDataFolder } from './data-folder.ts'
export { httpOrigin, sameOrigin } from './hosts.ts'
export type { Authenticate, Identity } from './identity.ts'
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
export { addPages, sendFile, wildcard } from './pages.ts'
export { buildFolder, productVersion } from './product.ts'
export { Refusal } from './refusal.ts'
export { addRoutes, bearerOf, type Handlers, whoCalls } from './routes.ts'
export { portProblem, runServer, stopInTurn } from './run.ts'
export { loadSite, readSite, type SiteFile } from './site-file.ts'
export { createSlowDown, type SlowDown } from './slow-down.ts'
