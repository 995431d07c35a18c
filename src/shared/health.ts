import { z } from 'zod'
import { BoardState } from './board.ts'

/** A reason names its cause in one line; the codes are for programs. */
export const HealthReason = z.object({ code: z.string(), message: z.string(), mend: z.string() })
export type HealthReason = z.infer<typeof HealthReason>

const health = {
  status: z.enum(['ok', 'degraded', 'down']),
  version: z.string(),
  pid: z.int(),
  reasons: z.array(HealthReason),
}

export const ControllerHealth = z.object({
  ...health,
  kiosk: z.string(),
  boards: z.array(z.object({ id: z.string(), state: BoardState })),
  outbox: z.object({ waiting: z.int(), oldest: z.iso.datetime().nullable(), recording: z.boolean() }),
  broker: z.enum(['connected', 'disconnected', 'none']),
})
export type ControllerHealth = z.infer<typeof ControllerHealth>

export const HubHealth = z.object({
  ...health,
  stored: z.int(),
  kiosks: z.array(z.object({ id: z.string(), online: z.boolean() })),
})
export type HubHealth = z.infer<typeof HubHealth>
