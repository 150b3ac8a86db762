import type { LiveDocument, Task, TaskCreate, TaskDocument, TaskEvent } from '../../config/tasks/index.ts'
import type { Held } from '../dapr/index.ts'
import { complete } from './complete.ts'
import { Contended } from './contended.ts'
import { createOnce, maxAttempts } from './create-once.ts'
import { digestOf } from './idempotency.ts'
import type { TaskDependencies } from './ports.ts'
import { type ChangeFacts, created } from './task-changes.ts'
import { isFence, isTombstone } from './task-document.ts'
import { KeyReused, TaskOfKeyRemoved } from './task-errors.ts'

/** A task at one of its versions. */
export interface VersionedTask {
  readonly task: Task
  readonly version: number
}

const createUnder = (deps: TaskDependencies, id: string, document: LiveDocument): Promise<boolean> =>
  deps.journal.guard(id, async (held) => {
    if ((await held.save(() => deps.store.save(id, document))) === 'conflict') return false
    await complete<TaskDocument, TaskEvent>(deps, held, id, document)
    return true
  })

/**
 * Creates a task under a new id. Where another replica has taken this one for gone, it has put a fence under the ids that were next.
 * @throws Contended when each id was taken
 */
export const createTask = async (deps: TaskDependencies, fields: TaskCreate, facts: ChangeFacts): Promise<VersionedTask> => {
  for (let count = 1; count <= maxAttempts; count += 1) {
    const id = deps.journal.newKey()
    const document = created(id, fields, facts)
    if (await createUnder(deps, id, document)) return document
  }
  throw new Contended('a new id', maxAttempts)
}

/** What a request is answered whose key has a task already: what the first was, if it is the same. Its event is published by then. */
const repeated = async (deps: TaskDependencies, held: Held, id: string, document: TaskDocument, digest: string): Promise<VersionedTask> => {
  const known = isTombstone(document) ? document.origin_digest : document.origin?.digest
  if (known !== digest) throw new KeyReused('task', id)
  await complete(deps, held, id, document)
  if (isTombstone(document) || !document.origin) throw new TaskOfKeyRemoved(id)
  return { task: document.origin.answer, version: 1 }
}

/**
 * Creates the task that has its id from an Idempotency-Key, or gives the answer of the request that did.
 * @throws KeyReused when that request had other fields
 * @throws TaskOfKeyRemoved when the task is removed
 */
export const createTaskOnce = async (deps: TaskDependencies, id: string, fields: TaskCreate, facts: ChangeFacts): Promise<VersionedTask> => {
  const digest = digestOf(fields)
  const document = created(id, fields, facts, digest)
  return deps.journal.guard(id, async (held) => {
    const first = await createOnce(deps, held, { id, document, isFence })
    return first ? repeated(deps, held, id, first, digest) : document
  })
}
