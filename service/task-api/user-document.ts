import { randomUUID } from 'node:crypto'

import { z } from 'zod'

import { User, type UserCreate, type UserEvent, userEvents } from '../../config/tasks/index.ts'
import type { ChangeFacts } from './task-changes.ts'

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

export const UserDocument = z.union([LiveUser, UserFence])
export type UserDocument = z.infer<typeof UserDocument>

export const isLive = (document: UserDocument): document is LiveUser => 'user' in document

export const userFence = (): UserDocument => ({ schema: 1, version: 1, write_id: randomUUID(), earlier_writes: [], pending: [], fence: true })

/** The document of a new user, with `user.registered` pending. */
export const registered = (id: string, fields: UserCreate, { at, writeId, correlationId }: ChangeFacts, digest?: string): LiveUser => {
  const user: User = { id, ...fields, created_at: at }
  const event: UserEvent = {
    event_type: 'user.registered', event_id: `${id}-1`, user_id: id, ...fields, timestamp: at, correlation_id: correlationId, sequence: 1,
  }
  return { schema: 1, version: 1, write_id: writeId, earlier_writes: [], user, pending: [event], ...(digest !== undefined && { digest }) }
}
