export { bindExhibits } from './bind.ts'
export { createChannels } from './channels.ts'
export type { BoundExhibit } from './types.ts'
