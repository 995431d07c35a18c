export { bindExhibits } from './bind.ts'
export { type ChannelsOptions, createChannels } from './channels.ts'
export type { BoundExhibit, CalibrationHistory, Channels } from './types.ts'
