import { z } from 'zod'
import { MqttUrl } from './mqtt.ts'

export const Role = z.enum(['visitor', 'educator', 'technician', 'staff', 'admin'])
export type Role = z.infer<typeof Role>
export const staffRoles = ['educator', 'technician', 'staff', 'admin'] as const satisfies readonly Role[]
export const StaffRole = z.enum(staffRoles)

export const AccountName = z.string().trim().min(1).max(60)
export const Password = z.string().min(10, 'use at least 10 characters').max(200)

export const Credentials = z.strictObject({ name: AccountName, password: z.string().min(1).max(200) })
export const NewAccount = z.strictObject({
  name: AccountName,
  password: Password,
  roles: z.array(StaffRole).min(1),
})
export const FirstAccount = z.strictObject({ name: AccountName, password: Password })

export const SignedIn = z.object({
  token: z.string(),
  name: AccountName,
  roles: z.array(Role),
  expires: z.iso.datetime(),
})
export type SignedIn = z.infer<typeof SignedIn>

export const Account = z.object({
  id: z.uuid(),
  name: AccountName,
  roles: z.array(StaffRole),
  created: z.iso.datetime(),
})
export type Account = z.infer<typeof Account>

/** What a token says, signed with Ed25519 (a JWT). The hub's tokens hold everywhere, a kiosk's own only there. */
export const Claims = z.object({
  iss: z.string(), // 'hub' or the kiosk's id
  sub: z.string(), // the account's id
  name: z.string(),
  roles: z.array(Role),
  /** The account's generation: counted up when its roles or its password are set, which ends its tokens. */
  gen: z.int().default(0),
  exp: z.int(),
})
export type Claims = z.infer<typeof Claims>

/** Signed by the hub as a JWT, kept by each controller, so that people can sign in at a kiosk without a network. */
export const Roster = z.object({
  accounts: z.array(
    z.object({
      id: z.uuid(),
      name: AccountName,
      roles: z.array(StaffRole),
      hash: z.string(),
      gen: z.int().default(0),
    }),
  ),
})
export type Roster = z.infer<typeof Roster>

/** What a kiosk sends to join a hub, and what it gets. `code` is one-time, or the case's own. */
export const JoinRequest = z.strictObject({
  code: z.string().min(8),
  kiosk: z.string(),
  origin: z.url().optional(),
})
export const Joined = z.object({
  /** The hub's public key, which the controller pins: an Ed25519 JWK. */
  key: z.object({ kty: z.literal('OKP'), crv: z.literal('Ed25519'), x: z.string() }),
  /** What the kiosk authenticates with from now on, on HTTP (bearer) and MQTT (password). */
  secret: z.string(),
  mqtt: MqttUrl,
  roster: z.string(),
})
export type Joined = z.infer<typeof Joined>
