import type { Boards } from '../boards/types.ts'
import type { Channels } from '../channels/types.ts'
import type { Exhibits } from '../exhibits/types.ts'
import type { Visits } from '../visits/types.ts'

/** The rooms that the API shows; each by its door. */
export interface Rooms {
  boards: Pick<Boards, 'list' | 'board' | 'pins' | 'lookAgain' | 'onStatus'>
  channels: Pick<
    Channels,
    'values' | 'get' | 'onValue' | 'write' | 'range' | 'calibration' | 'calibrate' | 'undoCalibration'
  >
  exhibits: Pick<
    Exhibits,
    | 'list'
    | 'get'
    | 'package'
    | 'onChange'
    | 'onActivity'
    | 'setMode'
    | 'endLease'
    | 'chooseMode'
    | 'touch'
    | 'rest'
  >
  visits: Pick<Visits, 'current' | 'act' | 'stage' | 'language' | 'leave' | 'onChange'>
}
