import { randomUUID } from 'node:crypto'

import type { LiveUser, User, UserCreate, UserDocument, UserEvent } from '../../config/tasks/index.ts'
import type { ChangeFacts } from './task-changes.ts'

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
