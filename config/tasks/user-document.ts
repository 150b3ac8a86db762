import * as z from 'zod'

import { User, userEvents } from './user.ts'

const common = {
  schema: z.literal(1),
  version: z.int().min(1),
  write_id: z.string().min(1),
  earlier_writes: z.array(z.string()).default([]),
  pending: z.array(z.union(Object.values(userEvents))),
}

/** A user as it is stored; `digest` is that of the request with an Idempotency-Key that made it. Fields of later versions are kept. */
const LiveUser = z.looseObject({ ...common, user: User.loose(), digest: z.string().optional() })
export type LiveUser = z.infer<typeof LiveUser>

/** There never was a user: it stands in the way of a creation whose replica died. */
const UserFence = z.looseObject({ ...common, fence: z.literal(true) })

/** What is stored of a user. */
export const UserDocument = z.union([LiveUser, UserFence])
export type UserDocument = z.infer<typeof UserDocument>

/** What is stored of what a user wants to be told. */
export const PreferencesDocument = z.looseObject({ schema: z.literal(1), preferences: z.object({ time_zone: z.string(), digest: z.boolean(), reminder: z.boolean() }) })
export type PreferencesDocument = z.infer<typeof PreferencesDocument>
