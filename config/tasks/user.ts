import * as z from 'zod'

import { isTimeZone } from '../define/index.ts'
import { text } from './text.ts'

/** Id of a user: 1-100 letters, digits, `-` and `_`, a letter or digit first and last. Fit for keys, paths and names of jobs; a UUID is one. */
export const UserId = z.string().regex(/^[A-Za-z0-9](?:[A-Za-z0-9_-]{0,98}[A-Za-z0-9])?$/, {
  error: '1-100 letters, digits, "-" and "_", a letter or digit first and last',
})
export type UserId = z.infer<typeof UserId>

/** Name of a time zone in the IANA database, such as `Europe/Berlin`. */
export const TimeZone = z
  .string()
  .refine(isTimeZone, { error: ({ input }) => `"${String(input)}" is no time zone; use a name of the IANA database, such as Europe/Berlin or UTC` })
  .meta({ format: 'time-zone' })

const name = text(1, 200)
/** By its pattern alone: validators do not agree on what the format `email` of JSON Schema takes. */
const email = z.string().regex(z.regexes.email, { error: 'no address of mail' }).max(254).nullable()

/** Body of `POST /users`. Unknown fields are refused. */
export const UserCreate = z.strictObject({ name, email: email.default(null), time_zone: TimeZone })
export type UserCreate = z.infer<typeof UserCreate>

/** A user as clients see it. */
export const User = z.object({
  id: UserId,
  name: z.string(),
  email: z.string().nullable(),
  time_zone: z.string(),
  created_at: z.iso.datetime(),
})
export type User = z.infer<typeof User>

/** What a user wants to be told: body and answer of `/users/{id}/preferences`. `digest` once a day in `time_zone`, `reminder` before a task is due. */
export const Preferences = z.strictObject({ time_zone: TimeZone, digest: z.boolean(), reminder: z.boolean() })
export type Preferences = z.infer<typeof Preferences>

/** `data` of the events on `user-events`. Readers are tolerant: unknown fields pass. */
export const userEvents = {
  'user.registered': z.object({
    event_type: z.literal('user.registered'),
    event_id: z.string().min(1),
    user_id: UserId,
    name: z.string(),
    email: z.string().nullable().default(null),
    time_zone: z.string(),
    timestamp: z.iso.datetime({ offset: true }),
    correlation_id: z.string(),
    sequence: z.int().min(1),
  }),
}
export type UserEvent = z.infer<(typeof userEvents)[keyof typeof userEvents]>
