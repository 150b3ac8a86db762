import type { Task, TaskCreate, TaskEvent, TaskEventType, TaskStatus } from '../../config/tasks/index.ts'
import type { LiveDocument, TaskDocument, Tombstone } from './task-document.ts'

/** What a change takes from the world around it. */
export interface ChangeFacts {
  /** ISO 8601. */
  readonly at: string
  readonly writeId: string
  readonly correlationId: string
}

/** The id follows from the change, so that every delivery of its event carries the same one. */
const eventOf = (type: TaskEventType, { id, title, status }: Task, version: number, { at, correlationId }: ChangeFacts): TaskEvent => ({
  event_type: type,
  event_id: `${id}-${version}`,
  task_id: id,
  title,
  status,
  timestamp: at,
  correlation_id: correlationId,
  sequence: version,
})

/** The first document of a task, with `task.created` pending. */
export const created = (id: string, fields: TaskCreate, facts: ChangeFacts): LiveDocument => {
  const task: Task = { id, ...fields, status: 'pending', created_at: facts.at, updated_at: facts.at }
  return { schema: 1, version: 1, write_id: facts.writeId, task, pending: [eventOf('task.created', task, 1, facts)] }
}

/** The document with another status and its event pending, also when the status stays the same. */
export const withStatus = (document: LiveDocument, status: TaskStatus, facts: ChangeFacts): LiveDocument => {
  const version = document.version + 1
  const task = { ...document.task, status, updated_at: facts.at }
  const pending = [...document.pending, eventOf(`task.${status}`, task, version, facts)]
  return { ...document, version, write_id: facts.writeId, task, pending }
}

/** The tombstone of a task with `task.deleted` pending; nothing of the task is in it but its events. */
export const removed = ({ version, task, pending }: LiveDocument, facts: ChangeFacts): Tombstone => {
  const next = version + 1
  const events = [...pending, eventOf('task.deleted', task, next, facts)]
  return { schema: 1, version: next, write_id: facts.writeId, deleted_at: facts.at, pending: events }
}

/** The document once its events are published: the same version, nothing pending. */
export const settled = (document: TaskDocument): TaskDocument => ({ ...document, pending: [] })
