import type { LiveDocument, TaskCreate, TaskStatus, TaskUpdate } from '../../config/tasks/index.ts'
import type { Caller } from '../http/index.ts'
import { changeTask, type ExpectedVersion, type TaskChange } from './change-task.ts'
import { createTask, createTaskOnce, type VersionedTask } from './create-task.ts'
import { idOfKey } from './idempotency.ts'
import type { TaskDependencies } from './ports.ts'
import { factsNow, removed, withContent, withStatus } from './task-changes.ts'
import { isTombstone } from './task-document.ts'
import { TaskNotFound } from './task-errors.ts'
import { ownedBy, requireOwner } from './task-owner.ts'

/**
 * What clients can do with tasks; for a user there are only their own. When a change returns, the task and its event are durable; when it throws anything but the errors of
 * task-errors.ts, the change may have happened, and then its event is published later.
 */
export interface TaskUseCases {
  /** With an Idempotency-Key, requests of that key create one task, and each is given the answer of the first. */
  create(caller: Caller, fields: TaskCreate, correlationId: string, key?: string): Promise<VersionedTask>
  read(caller: Caller, id: string): Promise<LiveDocument>
  /** Replaces title, description, priority and due date. */
  update(caller: Caller, id: string, content: TaskUpdate, expected: ExpectedVersion, correlationId: string): Promise<LiveDocument>
  setStatus(caller: Caller, id: string, status: TaskStatus, expected: ExpectedVersion, correlationId: string): Promise<LiveDocument>
  remove(caller: Caller, id: string, expected: ExpectedVersion, correlationId: string): Promise<void>
}

const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/

/** Ids are made here, so what does not look like one names nothing: no need to ask the store. */
const requireId = (id: string): void => {
  if (!uuid.test(id)) throw new TaskNotFound(id)
}

const readTask = async ({ store }: TaskDependencies, caller: Caller, id: string): Promise<LiveDocument> => {
  requireId(id)
  const stored = await store.read(id)
  if (!stored || isTombstone(stored.document)) throw new TaskNotFound(id)
  requireOwner(caller, id, stored.document)
  return stored.document
}

const changeLive = async (deps: TaskDependencies, id: string, wanted: TaskChange): Promise<LiveDocument> => {
  requireId(id)
  const { document } = await changeTask(deps, id, wanted)
  if (isTombstone(document)) throw new TaskNotFound(id)
  return document
}

export const taskUseCases = (deps: TaskDependencies): TaskUseCases => ({
  create: async (caller, fields, correlationId, key) => {
    const [owned, facts] = [ownedBy(caller, fields), factsNow(correlationId)]
    return key === undefined ? createTask(deps, owned, facts) : createTaskOnce(deps, idOfKey(key, caller), owned, facts)
  },
  read: (caller, id) => readTask(deps, caller, id),
  update: (caller, id, content, expected, correlationId) => {
    const facts = factsNow(correlationId)
    return changeLive(deps, id, { caller, expected, change: (task) => withContent(task, content, facts) })
  },
  setStatus: (caller, id, status, expected, correlationId) => {
    const facts = factsNow(correlationId)
    return changeLive(deps, id, { caller, expected, change: (task) => withStatus(task, status, facts) })
  },
  remove: async (caller, id, expected, correlationId) => {
    requireId(id)
    const facts = factsNow(correlationId)
    const { found } = await changeTask(deps, id, { caller, expected, change: (task) => removed(task, facts) })
    if (!found) throw new TaskNotFound(id)
  },
})
