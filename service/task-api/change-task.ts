import { setTimeout as delay } from 'node:timers/promises'

import { complete } from './complete.ts'
import type { StoredTask, TaskDependencies } from './ports.ts'
import { type LiveDocument, isTombstone, type TaskDocument } from './task-document.ts'
import { TaskContended, TaskNotFound, TaskStale } from './task-errors.ts'

/** The versions that a change may be based on; without it, any. */
export type ExpectedVersion = (version: number) => boolean

/** Makes the next document of a task; pure, since it is made anew at each attempt. */
export type Change = (document: LiveDocument) => TaskDocument

/** Bounds the work for one request under contention; at the end of it the client gets 409. */
const maxAttempts = 8
const maxPauseMs = 40

const attempt = async (deps: TaskDependencies, id: string, { document, etag }: StoredTask, expected: ExpectedVersion, change: Change) => {
  if (isTombstone(document)) return document
  if (!expected(document.version)) throw new TaskStale(id, document.version)
  const next = change(document)
  return (await deps.store.save(id, next, etag)) === 'saved' ? next : undefined
}

/**
 * Reads, changes and saves a task until no other writer comes between, then publishes all that is pending. A removed task stays
 * as it is, but events that wait in its tombstone are published: `found` says whether there was anything to do.
 * @throws TaskNotFound when there never was one
 * @throws TaskStale when the task is not at an expected version
 * @throws TaskContended when others were faster at each attempt
 */
export const changeTask = async (deps: TaskDependencies, id: string, expected: ExpectedVersion, change: Change): Promise<{ document: TaskDocument; found: boolean }> => {
  for (let count = 1; count <= maxAttempts; count += 1) {
    const stored = await deps.store.read(id)
    if (!stored) throw new TaskNotFound(id)
    const document = await attempt(deps, id, stored, expected, change)
    if (document) {
      await complete(deps, id, document)
      return { document, found: document.pending.length > 0 }
    }
    await delay(Math.random() * maxPauseMs)
  }
  throw new TaskContended(id, maxAttempts)
}
