import type { TaskCreate, TaskStatus, TaskUpdate } from '../../config/tasks/index.ts'
import { type Change, changeTask, type ExpectedVersion } from './change-task.ts'
import { createTask, createTaskOnce, type VersionedTask } from './create-task.ts'
import type { TaskDependencies } from './ports.ts'
import { factsNow, removed, withContent, withStatus } from './task-changes.ts'
import { isTombstone, type LiveDocument } from './task-document.ts'
import { TaskNotFound } from './task-errors.ts'

/**
 * What clients can do with tasks. When a change returns, the task and its event are durable; when it throws anything but the errors of
 * task-errors.ts, the change may have happened, and then its event is published later.
 */
export interface TaskUseCases {
  /** With an Idempotency-Key, requests of that key create one task, and each is given the answer of the first. */
  create(fields: TaskCreate, correlationId: string, key?: string): Promise<VersionedTask>
  read(id: string): Promise<LiveDocument>
  /** Replaces title, description, priority and due date. */
  update(id: string, content: TaskUpdate, expected: ExpectedVersion, correlationId: string): Promise<LiveDocument>
  setStatus(id: string, status: TaskStatus, expected: ExpectedVersion, correlationId: string): Promise<LiveDocument>
  remove(id: string, expected: ExpectedVersion, correlationId: string): Promise<void>
}

const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/

/** Ids are made here, so what does not look like one names nothing: no need to ask the store. */
const requireId = (id: string): void => {
  if (!uuid.test(id)) throw new TaskNotFound(id)
}

const readTask = async ({ store }: TaskDependencies, id: string): Promise<LiveDocument> => {
  requireId(id)
  const stored = await store.read(id)
  if (!stored || isTombstone(stored.document)) throw new TaskNotFound(id)
  return stored.document
}

const changeLive = async (deps: TaskDependencies, id: string, expected: ExpectedVersion, change: Change): Promise<LiveDocument> => {
  requireId(id)
  const { document } = await changeTask(deps, id, expected, change)
  if (isTombstone(document)) throw new TaskNotFound(id)
  return document
}

export const taskUseCases = (deps: TaskDependencies): TaskUseCases => ({
  create: (fields, correlationId, key) => {
    const facts = factsNow(correlationId)
    return key === undefined ? createTask(deps, fields, facts) : createTaskOnce(deps, fields, key, facts)
  },
  read: (id) => readTask(deps, id),
  update: (id, content, expected, correlationId) => {
    const facts = factsNow(correlationId)
    return changeLive(deps, id, expected, (task) => withContent(task, content, facts))
  },
  setStatus: (id, status, expected, correlationId) => {
    const facts = factsNow(correlationId)
    return changeLive(deps, id, expected, (task) => withStatus(task, status, facts))
  },
  remove: async (id, expected, correlationId) => {
    requireId(id)
    const facts = factsNow(correlationId)
    const { found } = await changeTask(deps, id, expected, (task) => removed(task, facts))
    if (!found) throw new TaskNotFound(id)
  },
})
