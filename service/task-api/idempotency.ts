import { createHash } from 'node:crypto'

import type { TaskCreate } from '../../config/tasks/index.ts'

const sha256 = (text: string) => createHash('sha256').update(text).digest()

/** The id of the task that a request with this Idempotency-Key creates: a UUID of version 8 made of the key's digest. */
export const idOfKey = (key: string): string => {
  const bytes = sha256(`Idempotency-Key: ${key}`).subarray(0, 16)
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x80
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80
  return bytes.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5')
}

/** Whether a later request may create a task of this id, because it is made of a key. */
export const isOfKey = (id: string): boolean => id[14] === '8'

/** Fields that came later count only where they are given: what was created before them has a digest without them. */
const laterFields: readonly string[] = ['user_id', 'due_date'] satisfies (keyof TaskCreate)[]

/** Tells two requests of one key apart: by their fields, not by how their JSON is written. */
export const digestOf = (fields: TaskCreate): string => {
  const counted = Object.entries(fields).filter(([name, value]) => value !== null || !laterFields.includes(name))
  return sha256(JSON.stringify(counted.sort(([one], [other]) => (one < other ? -1 : 1)))).toString('hex')
}
