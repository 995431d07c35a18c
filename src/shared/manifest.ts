import { z } from 'zod'
import { Breadboard } from './breadboard.ts'
import { Pin, Semver, Slug } from './ids.ts'
import { Language } from './language.ts'

/** value = slope × raw + offset; raw is ADC counts (0 to 1023), a level (0 or 1), duty (0 to 255) or µs (servo). */
const Scale = z.strictObject({
  slope: z.number().refine((s) => s !== 0, 'a slope of 0 loses the value'),
  offset: z.number().default(0),
})

const common = {
  /** The pin that the exhibit's wiring drawing uses; the site file may bind another. */
  pin: Pin,
  /** As printed beside the value, in SI: `V`, `mA`, `cm`; empty for a bare state. */
  unit: z.string().max(8).default(''),
  /** Without a required channel the exhibit rests; without another it goes on by touch. */
  required: z.boolean().default(false),
  /** A scene may give this value in the hardware's stead: the rules see both. */
  touch: z.boolean().default(false),
}
const sensor = {
  ...common,
  /** The least time between two reports, in ms. */
  interval: z.int().min(1).max(10_000).default(20),
}
const range = z
  .tuple([z.number(), z.number()])
  .refine(([low, high]) => low < high, 'give the lower end first')

export const ChannelSpec = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('analog-in'),
    ...sensor,
    range,
    scale: Scale,
    /** How many ADC counts a reading must move before the board reports it. */
    threshold: z.int().min(1).max(1023).default(2),
    /** How far the value must move, in its unit, to count as a visitor's act; absent: it never does. */
    activity: z.number().positive().optional(),
    calibration: z
      .strictObject({ kind: z.literal('two-point'), required: z.boolean().default(false) })
      .optional(),
  }),
  z.strictObject({
    kind: z.literal('digital-in'),
    ...sensor,
    /** Pull-up wired and true when the pin is low, as a button to ground is. */
    pullup: z.boolean().default(true),
    activity: z.boolean().default(true),
    /** The sensor only says that someone is there: it wakes the screen, and a visit begins by `presence`. */
    presence: z.boolean().default(false),
  }),
  z.strictObject({
    kind: z.literal('pwm-out'),
    ...common,
    range,
    scale: Scale,
    /** What the actuator falls back to, in the channel's unit. */
    safe: z.number(),
    /** The fastest change that is let through, in units a second. */
    slew: z.number().positive().optional(),
  }),
  z.strictObject({
    kind: z.literal('servo-out'),
    ...common,
    range,
    /** Raw is the pulse in µs. */
    scale: Scale,
    safe: z.number(),
    slew: z.number().positive().optional(),
  }),
  z.strictObject({
    kind: z.literal('digital-out'),
    ...common,
    safe: z.boolean().default(false),
    /** True drives the pin low. */
    activeLow: z.boolean().default(false),
  }),
])
export type ChannelSpec = z.infer<typeof ChannelSpec>

/**
 * An exhibit's own logic, from a closed set, run by the controller at board rate and within the limits. A rule's input
 * is what the channel's hardware says and what the scene's touch twin says, whichever moved last.
 */
export const Rule = z.discriminatedUnion('rule', [
  /** `to` = slope × `from` + offset, at each change of `from`. */
  z.strictObject({
    rule: z.literal('link'),
    from: Slug,
    to: Slug,
    slope: z.number().default(1),
    offset: z.number().default(0),
    modes: z.array(Slug).optional(),
  }),
  /** `to` follows whichever of `of` moved last by at least `deadband` (in the unit of `of`). */
  z.strictObject({
    rule: z.literal('last-moved'),
    of: z.array(Slug).min(1),
    to: Slug,
    deadband: z.number().min(0).default(0),
    modes: z.array(Slug).optional(),
  }),
  /** Each press of `on` (false to true) turns `to` over. */
  z.strictObject({ rule: z.literal('toggle'), on: Slug, to: Slug, modes: z.array(Slug).optional() }),
])
export type Rule = z.infer<typeof Rule>

export const Mode = z.strictObject({
  id: Slug,
  /** The usual length of a lease on this mode, in minutes. */
  minutes: z.number().positive().max(600).default(15),
})
export type Mode = z.infer<typeof Mode>

export const Stage = z.strictObject({
  id: Slug,
  /** In which modes it can be reached; absent: in all. */
  modes: z.array(Slug).optional(),
  /** Reaching it completes the visit's task. */
  completes: z.boolean().default(false),
})
export type Stage = z.infer<typeof Stage>

const packageFile = z
  .string()
  .regex(/^(?!.*\.\.)[A-Za-z0-9][A-Za-z0-9._/-]*$/, 'use a path inside the package')

export const Manifest = z.strictObject({
  $schema: z.string().optional(),
  /** The version of this schema. */
  makerhall: z.literal(1),
  id: Slug,
  version: Semver,
  licence: z.string().min(1),
  authors: z.array(z.string().min(1)).min(1),
  /** The exhibit's hue on the OKLCH wheel, in degrees. */
  hue: z.number().min(0).max(360),
  languages: z.array(Language).min(1),
  scenes: z.strictObject({
    /** Shows the act itself, without a word, until someone comes. */
    attract: packageFile,
    play: packageFile,
  }),
  idle: z
    .strictObject({
      /** Seconds without an act until 'still there?' */
      seconds: z.int().min(10).max(600).default(60),
      /** Seconds of 'still there?' until everything is as for the first visitor. */
      warn: z.int().min(3).max(60).default(10),
    })
    .prefault({}),
  /** The first is the default. */
  modes: z.array(Mode).min(1),
  channels: z.record(Slug, ChannelSpec),
  rules: z.array(Rule).default([]),
  stages: z.array(Stage).default([]),
  learning: z.strictObject({
    ages: z.tuple([z.int().min(3), z.int().max(99)]),
    /** The usual length of a visit, in minutes. */
    minutes: z.number().positive(),
    /** The least time to get the point, in seconds (for holding power). */
    leastSeconds: z.number().positive(),
  }),
  breadboard: Breadboard.prefault({ parts: [] }),
})
export type Manifest = z.infer<typeof Manifest>
