import type { HealthReason, HubHealth } from '../shared/health.ts'
import type { Problem } from '../shared/problem.ts'
import { notSaved } from './accounts/index.ts'
import type { CollectedKiosk, CollectorStatus } from './collector/index.ts'
import type { StoreState } from './store/index.ts'

export interface HubHealthInput {
  version: string
  pid: number
  site: readonly Problem[]
  store: StoreState
  collector: CollectorStatus
  /** False while the disk takes no change to the accounts. */
  accountsSaved: boolean
  kiosks: readonly CollectedKiosk[]
  /** True while the collector has not had its time yet after a start. */
  starting: boolean
}

/** How the hub is, with a reason for each thing that is not as it should be. */
export function hubHealthOf({
  version,
  pid,
  site,
  store,
  collector,
  accountsSaved,
  kiosks,
  starting,
}: HubHealthInput): HubHealth {
  const reasons: HealthReason[] = site.map(({ code, message, mend, file, path }) => ({
    code,
    message: [file, path, message].filter(Boolean).join(': '),
    mend,
  }))
  if (!collector.connected && !starting)
    reasons.push({
      code: 'broker.away',
      message: 'The broker does not answer; kiosks keep what happens until it does.',
      mend: 'Start the broker, or correct mqtt in the site file.',
    })
  if (!collector.storing)
    reasons.push({
      code: 'store.full',
      message: 'The disk takes nothing more; kiosks keep what happens until it does.',
      mend: 'Free space on the disk of the data folder.',
    })
  if (!accountsSaved) reasons.push(notSaved)
  if (store.broken)
    reasons.push({
      code: 'store.set-aside',
      message: `The store could not be read and was set aside as ${store.broken}.`,
      mend: 'Keep that file for support, and restore the newest backup.',
    })
  return {
    status: reasons.length > 0 ? 'degraded' : 'ok',
    version,
    pid,
    reasons,
    stored: store.stored,
    kiosks: kiosks.map(({ id, online }) => ({ id, online })),
  }
}
