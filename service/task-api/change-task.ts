import type { LiveDocument, TaskDocument } from '../../config/tasks/index.ts'
import type { Caller } from '../http/index.ts'
import type { Held } from '../dapr/index.ts'
import { complete } from './complete.ts'
import { Contended } from './contended.ts'
import { maxAttempts } from './create-once.ts'
import type { StoredTask, TaskDependencies } from './ports.ts'
import { isTombstone } from './task-document.ts'
import { TaskNotFound, TaskStale } from './task-errors.ts'
import { requireOwner } from './task-owner.ts'

/** The versions that a change may be based on; without it, any. */
export type ExpectedVersion = (version: number) => boolean

/** Makes the next document of a task; pure, since it is made anew at each attempt. */
export type Change = (document: LiveDocument) => TaskDocument

export interface TaskChange {
  readonly caller: Caller
  readonly expected: ExpectedVersion
  readonly change: Change
}

const attempt = async (deps: TaskDependencies, held: Held, id: string, { document, etag }: StoredTask, { expected, change }: TaskChange) => {
  if (isTombstone(document)) return document
  if (!expected(document.version)) throw new TaskStale(id, document.version)
  const next = change(document)
  return (await held.save(() => deps.store.save(id, next, etag))) === 'saved' ? next : undefined
}

const attempts = async (deps: TaskDependencies, held: Held, id: string, wanted: TaskChange) => {
  for (let count = 1; count <= maxAttempts; count += 1) {
    const stored = await deps.store.read(id)
    if (!stored) throw new TaskNotFound(id)
    requireOwner(wanted.caller, id, stored.document)
    const document = await attempt(deps, held, id, stored, wanted)
    if (document) {
      await complete(deps, held, id, document)
      return { document, found: document.pending.length > 0 }
    }
    // The first is mostly the clearing of `pending` after the change before, and then there is nobody to make room for.
    if (count > 1) await deps.pause()
  }
  throw new Contended(id, maxAttempts)
}

/**
 * Reads, changes and saves a task until no other writer comes between, then publishes all that is pending. A removed task stays
 * as it is, but events that wait in its tombstone are published: `found` says whether there was anything to do.
 * @throws TaskNotFound when there never was one of the caller's
 * @throws TaskStale when the task is not at an expected version
 * @throws Contended when others were faster at each attempt
 */
export const changeTask = (deps: TaskDependencies, id: string, wanted: TaskChange): Promise<{ document: TaskDocument; found: boolean }> =>
  deps.journal.guard(id, (held) => attempts(deps, held, id, wanted))
