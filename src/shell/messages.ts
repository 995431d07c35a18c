import { z } from 'zod'

/** What a process tells the supervisor over IPC once it serves. */
export const ControllerReady = z.object({ type: z.literal('ready'), kiosk: z.url(), console: z.url() })
export const HubReady = z.object({
  type: z.literal('ready'),
  hub: z.url(),
  mqtt: z.url(),
  /** The one-time link that makes the first account; null once used. */
  setup: z.url().nullable(),
  /** The code that kiosks join with. */
  join: z.string(),
})
