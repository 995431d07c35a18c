import { z } from 'zod'
import {
  Account,
  AccountName,
  Credentials,
  FirstAccount,
  Joined,
  JoinRequest,
  NewAccount,
  Password,
  type Role,
  SignedIn,
  StaffRole,
  staffRoles,
} from './account.ts'
import { BoardStatus, PinHold, PinState } from './board.ts'
import { Calibration, CalibrationPoint, ChannelValue } from './channel.ts'
import { ExhibitStatus, ModeChange } from './exhibit.ts'
import { ControllerHealth, HubHealth } from './health.ts'
import { Instant, Pin, Slug } from './ids.ts'
import { Problem } from './problem.ts'

/**
 * One HTTP route: who may call it, what goes in, what comes out. Servers register from this table, the console's client
 * calls by it, and openapi.json and the tests of sign-in are made from it.
 */
export interface Route {
  method: 'GET' | 'PUT' | 'POST' | 'PATCH' | 'DELETE'
  /** As fastify writes it, `/api/boards/:board`. */
  path: string
  summary: string
  /** `open` needs no token, `kiosk` a joined kiosk's secret; else any one of these roles. */
  access: 'open' | 'kiosk' | readonly Role[]
  params?: z.ZodObject
  query?: z.ZodObject
  body?: z.ZodType
  /** The answer's schema; absent for what is not JSON. */
  response?: z.ZodType
  contentType?: string
}
const route = <R extends Route>(r: R): R => r

const anyStaff = staffRoles
const technician = ['technician', 'admin'] as const
const educator = ['educator', 'technician', 'admin'] as const
const staff = ['staff', 'admin'] as const
const admin = ['admin'] as const

const CalibrationHistory = z.object({ current: Calibration.nullable(), history: z.array(Calibration) })
const channelParams = z.object({ exhibit: Slug, channel: Slug })
const pinParams = z.object({ board: Slug, pin: Pin })

/** Every error answer. 422 for a value outside its range carries `range`. */
export const ErrorAnswer = z.object({
  error: Problem.extend({ range: z.tuple([z.number(), z.number()]).optional() }),
})
export type ErrorAnswer = z.infer<typeof ErrorAnswer>

export const controllerRoutes = {
  health: route({
    method: 'GET',
    path: '/health',
    summary: 'How the controller is',
    access: 'open',
    response: ControllerHealth,
  }),
  metrics: route({
    method: 'GET',
    path: '/metrics',
    summary: 'Figures for Prometheus',
    access: 'open',
    contentType: 'text/plain',
  }),
  signIn: route({
    method: 'POST',
    path: '/api/sign-in',
    summary: 'Sign in at this kiosk, with the hub or, without a network, by the roster',
    access: 'open',
    body: Credentials,
    response: SignedIn,
  }),
  boards: route({
    method: 'GET',
    path: '/api/boards',
    summary: 'The boards',
    access: anyStaff,
    response: z.array(BoardStatus),
  }),
  lookAgain: route({
    method: 'POST',
    path: '/api/boards/look-again',
    summary: 'Look for boards at every port, now',
    access: technician,
    response: z.array(BoardStatus),
  }),
  readPin: route({
    method: 'GET',
    path: '/api/boards/:board/pins/:pin',
    summary: 'A virtual board’s pin',
    access: technician,
    params: pinParams,
    response: PinState,
  }),
  holdPin: route({
    method: 'PUT',
    path: '/api/boards/:board/pins/:pin',
    summary: 'Hold a virtual board’s pin against its breadboard',
    access: technician,
    params: pinParams,
    body: PinHold,
    response: PinState,
  }),
  releasePin: route({
    method: 'DELETE',
    path: '/api/boards/:board/pins/:pin',
    summary: 'Give a virtual board’s pin back to its breadboard',
    access: technician,
    params: pinParams,
    response: PinState,
  }),
  channels: route({
    method: 'GET',
    path: '/api/channels',
    summary: 'All channels',
    access: anyStaff,
    response: z.array(ChannelValue),
  }),
  writeChannel: route({
    method: 'PUT',
    path: '/api/channels/:exhibit/:channel',
    summary: 'Drive an actuator',
    access: technician,
    params: channelParams,
    body: z.strictObject({ value: z.union([z.number(), z.boolean()]) }),
    response: ChannelValue,
  }),
  calibration: route({
    method: 'GET',
    path: '/api/channels/:exhibit/:channel/calibration',
    summary: 'A channel’s calibration and its history',
    access: technician,
    params: channelParams,
    response: CalibrationHistory,
  }),
  calibrate: route({
    method: 'POST',
    path: '/api/channels/:exhibit/:channel/calibration',
    summary: 'Calibrate a channel at two points',
    access: technician,
    params: channelParams,
    body: z.strictObject({ points: z.tuple([CalibrationPoint, CalibrationPoint]) }),
    response: CalibrationHistory,
  }),
  undoCalibration: route({
    method: 'DELETE',
    path: '/api/channels/:exhibit/:channel/calibration',
    summary: 'Take the last calibration back',
    access: technician,
    params: channelParams,
    response: CalibrationHistory,
  }),
  exhibits: route({
    method: 'GET',
    path: '/api/exhibits',
    summary: 'The exhibits',
    access: anyStaff,
    response: z.array(ExhibitStatus),
  }),
  setMode: route({
    method: 'PUT',
    path: '/api/exhibits/:id/mode',
    summary: 'A mode for some minutes, then back by itself',
    access: educator,
    params: z.object({ id: Slug }),
    body: ModeChange,
    response: ExhibitStatus,
  }),
  endLease: route({
    method: 'DELETE',
    path: '/api/exhibits/:id/mode',
    summary: 'Go back to the usual mode now',
    access: educator,
    params: z.object({ id: Slug }),
    response: ExhibitStatus,
  }),
  wakeScene: route({
    method: 'POST',
    path: '/api/exhibits/:id/wake',
    summary: 'Wake an exhibit whose scene was put to rest',
    access: educator,
    params: z.object({ id: Slug }),
    response: ExhibitStatus,
  }),
} as const

export const statisticsQuery = z.object({
  from: Instant,
  to: Instant,
  by: z.enum(['hour', 'day', 'exhibit']),
})
export const VisitStatistics = z.object({
  /** The time zone that hours and days are counted in. */
  zone: z.string(),
  rows: z.array(
    z.object({
      /** `2026-11-23T14:00` (hour), `2026-11-23` (day), both in the zone, or the exhibit's id. */
      key: z.string(),
      visits: z.int(),
      /** Seconds; null while no visit of the row has ended. */
      medianDwell: z.number().nullable(),
    }),
  ),
})
export type VisitStatistics = z.infer<typeof VisitStatistics>

export const StoredEvent = z.looseObject({ kiosk: Slug, stream: z.uuid(), seq: z.int(), type: z.string() })
export type StoredEvent = z.infer<typeof StoredEvent>

const KioskRow = z.object({
  id: Slug,
  online: z.boolean(),
  lastSeen: z.iso.datetime().nullable(),
  origin: z.string().nullable(),
  stored: z.int(),
})

export const hubRoutes = {
  health: route({
    method: 'GET',
    path: '/health',
    summary: 'How the hub is',
    access: 'open',
    response: HubHealth,
  }),
  metrics: route({
    method: 'GET',
    path: '/metrics',
    summary: 'Figures for Prometheus',
    access: 'open',
    contentType: 'text/plain',
  }),
  setUp: route({
    method: 'POST',
    path: '/setup/:code',
    summary: 'Make the first account, once',
    access: 'open',
    params: z.object({ code: z.string().min(1) }),
    body: FirstAccount,
    response: SignedIn,
  }),
  signIn: route({
    method: 'POST',
    path: '/api/sign-in',
    summary: 'Sign in',
    access: 'open',
    body: Credentials,
    response: SignedIn,
  }),
  me: route({ method: 'GET', path: '/api/me', summary: 'Who I am', access: anyStaff, response: Account }),
  changePassword: route({
    method: 'PUT',
    path: '/api/me/password',
    summary: 'Change my password',
    access: anyStaff,
    body: z.strictObject({ current: z.string(), next: Password }),
    response: Account,
  }),
  accounts: route({
    method: 'GET',
    path: '/api/accounts',
    summary: 'All accounts',
    access: admin,
    response: z.array(Account),
  }),
  addAccount: route({
    method: 'POST',
    path: '/api/accounts',
    summary: 'Add an account',
    access: admin,
    body: NewAccount,
    response: Account,
  }),
  changeAccount: route({
    method: 'PATCH',
    path: '/api/accounts/:id',
    summary: 'Change an account’s name, roles or password',
    access: admin,
    params: z.object({ id: z.string() }),
    body: z.strictObject({
      name: AccountName.optional(),
      roles: z.array(StaffRole).min(1).optional(),
      password: Password.optional(),
    }),
    response: Account,
  }),
  removeAccount: route({
    method: 'DELETE',
    path: '/api/accounts/:id',
    summary: 'Remove an account',
    access: admin,
    params: z.object({ id: z.string() }),
    response: z.array(Account),
  }),
  join: route({
    method: 'POST',
    path: '/api/join',
    summary: 'A kiosk joins, with a code',
    access: 'open',
    body: JoinRequest,
    response: Joined,
  }),
  joined: route({
    method: 'GET',
    path: '/api/join',
    summary: 'A joined kiosk fetches what is new: broker and roster',
    access: 'kiosk',
    /** Where the kiosk's controller is reached now: its port may have changed since it joined. */
    query: z.object({ origin: z.url().optional() }),
    response: Joined,
  }),
  joinCode: route({
    method: 'GET',
    path: '/api/join-code',
    summary: 'The code that a kiosk joins with',
    access: admin,
    response: z.object({ code: z.string() }),
  }),
  renewJoinCode: route({
    method: 'POST',
    path: '/api/join-code',
    summary: 'A new join code; the old one ends',
    access: admin,
    response: z.object({ code: z.string() }),
  }),
  kiosks: route({
    method: 'GET',
    path: '/api/kiosks',
    summary: 'The kiosks that joined',
    access: anyStaff,
    response: z.array(KioskRow),
  }),
  visits: route({
    method: 'GET',
    path: '/api/stats/visits',
    summary: 'Visits by hour, day or exhibit',
    access: staff,
    query: statisticsQuery,
    response: VisitStatistics,
  }),
  visitsCsv: route({
    method: 'GET',
    path: '/api/stats/visits.csv',
    summary: 'The same as CSV',
    access: staff,
    query: statisticsQuery,
    contentType: 'text/csv',
  }),
  events: route({
    method: 'GET',
    path: '/api/events',
    summary: 'The stored events, page by page',
    access: staff,
    query: z.object({
      after: z.coerce.number().int().min(0).default(0),
      limit: z.coerce.number().int().min(1).max(1000).default(100),
    }),
    response: z.object({ events: z.array(StoredEvent), next: z.int() }),
  }),
} as const

/** `GET /console/config.json`: where the console finds its two servers; null where it cannot. */
export const ConsoleConfig = z.object({ controller: z.url().nullable(), hub: z.url().nullable() })
export type ConsoleConfig = z.infer<typeof ConsoleConfig>
