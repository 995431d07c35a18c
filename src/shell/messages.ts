import { z } from 'zod'

/** Sent each second by a process that is alive. */
const Beat = z.object({ type: z.literal('beat') })

/** What a process tells the supervisor over IPC once it serves. */
const ControllerReady = z.object({ type: z.literal('ready'), kiosk: z.url(), console: z.url() })
export type ControllerReady = z.infer<typeof ControllerReady>
export const ControllerMessage = z.discriminatedUnion('type', [ControllerReady, Beat])

const HubReady = z.object({
  type: z.literal('ready'),
  hub: z.url(),
  mqtt: z.url(),
  /** The one-time link that makes the first account; null once used. */
  setup: z.url().nullable(),
  /** The code that kiosks join with. */
  join: z.string(),
})
export type HubReady = z.infer<typeof HubReady>
export const HubMessage = z.discriminatedUnion('type', [HubReady, Beat])
