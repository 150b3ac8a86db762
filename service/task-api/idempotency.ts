import { createHash } from 'node:crypto'

import type { TaskCreate } from '../../config/tasks/index.ts'
import { anyone, type Caller } from '../http/index.ts'

const sha256 = (text: string) => createHash('sha256').update(text).digest()

/** No key holds a space, so that a user's key is no other caller's. */
const scopeOf = (caller: Caller): string => (caller.kind === 'anyone' ? '' : `${caller.id} `)

/** The id of the task that a request with this Idempotency-Key creates: a UUID of version 8 made of the digest of the key and its user. */
export const idOfKey = (key: string, caller: Caller = anyone): string => {
  const bytes = sha256(`Idempotency-Key: ${scopeOf(caller)}${key}`).subarray(0, 16)
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x80
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80
  return bytes.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5')
}

/** Whether a later request may create a task of this id, because it is made of a key. */
export const isOfKey = (id: string): boolean => id[14] === '8'

/** Tells two requests of one key apart: by their fields, not by how their JSON is written. */
export const digestOf = (fields: TaskCreate): string =>
  sha256(JSON.stringify(Object.entries(fields).sort(([one], [other]) => (one < other ? -1 : 1)))).toString('hex')
