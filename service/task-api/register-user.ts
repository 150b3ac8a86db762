import { randomUUID } from 'node:crypto'

import type { User, UserCreate, UserEvent } from '../../config/tasks/index.ts'
import type { Held } from '../dapr/index.ts'
import { complete } from './complete.ts'
import { createOnce } from './create-once.ts'
import { digestOf, idOfKey } from './idempotency.ts'
import type { UserDependencies } from './ports.ts'
import type { ChangeFacts } from './task-changes.ts'
import { KeyReused } from './task-errors.ts'
import { isLive, registered, type UserDocument } from './user-document.ts'
import { userJournalKey } from './user-store.ts'

/** What a request is answered whose key has a user already; the user's event is published by then. */
const repeated = async (deps: UserDependencies, held: Held, id: string, document: UserDocument, digest: string | undefined): Promise<User> => {
  if (!isLive(document) || document.digest !== digest) throw new KeyReused('user', id)
  await complete<UserDocument, UserEvent>(deps, held, id, document)
  return document.user
}

/**
 * Registers a user under a new id, or, with an Idempotency-Key, under the id that the key makes: then each request of the key is given the
 * same user.
 * @throws KeyReused when another request of the key had other fields
 */
export const registerUser = (deps: UserDependencies, fields: UserCreate, facts: ChangeFacts, key?: string): Promise<User> => {
  const [id, digest] = key === undefined ? [randomUUID(), undefined] : [idOfKey(key), digestOf(fields)]
  const document = registered(id, fields, facts, digest)
  return deps.journal.guard(userJournalKey(id), async (held) => {
    const first = await createOnce<UserDocument, UserEvent>(deps, held, { id, document, isFence: (stored) => !isLive(stored) })
    return first ? repeated(deps, held, id, first, digest) : document.user
  })
}
