import { randomUUID } from 'node:crypto'

import type { User, UserCreate, UserDocument, UserEvent } from '../../config/tasks/index.ts'
import type { Held } from '../dapr/index.ts'
import type { Caller } from '../http/index.ts'
import { complete } from './complete.ts'
import { createOnce } from './create-once.ts'
import { digestOf, idOfKey } from './idempotency.ts'
import type { UserDependencies } from './ports.ts'
import type { ChangeFacts } from './task-changes.ts'
import { KeyReused } from './task-errors.ts'
import { isLive, registered } from './user-document.ts'
import { userJournalKey } from './user-store.ts'

/** What a request is answered whose key has a user already; the user's event is published by then. */
const repeated = async (deps: UserDependencies, held: Held, id: string, document: UserDocument, digest: string | undefined): Promise<User> => {
  if (!isLive(document) || (digest !== undefined && document.digest !== digest)) throw new KeyReused('user', id)
  await complete<UserDocument, UserEvent>(deps, held, id, document)
  return document.user
}

/** Under which id a user is registered; `digest`, if there is one, tells requests of one Idempotency-Key apart. */
export interface Identity {
  readonly id: string
  readonly digest?: string
}

/** The id of a caller who is a user, or the one that an Idempotency-Key makes, or a new one. */
export const identityOf = (caller: Caller, fields: UserCreate, key?: string): Identity => {
  if (caller.kind === 'user') return { id: caller.id }
  return key === undefined ? { id: randomUUID() } : { id: idOfKey(key), digest: digestOf(fields) }
}

/**
 * Registers a user, or gives the one that is registered under the id.
 * @throws KeyReused when another request of the key had other fields
 */
export const registerUser = (deps: UserDependencies, fields: UserCreate, facts: ChangeFacts, { id, digest }: Identity): Promise<User> => {
  const document = registered(id, fields, facts, digest)
  return deps.journal.guard(userJournalKey(id), async (held) => {
    const first = await createOnce<UserDocument, UserEvent>(deps, held, { id, document, isFence: (stored) => !isLive(stored) })
    return first ? repeated(deps, held, id, first, digest) : document.user
  })
}
