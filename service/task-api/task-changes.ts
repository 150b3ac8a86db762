import { randomUUID } from 'node:crypto'

import { changeEventId, jobsOfTask, type LiveDocument, type Task, type TaskCreate, type TaskEvent, type TaskEventType, type TaskStatus, type TaskUpdate, type Tombstone } from '../../config/tasks/index.ts'
import { writesOf } from './write-ids.ts'

/** What a change takes from the world around it. */
export interface ChangeFacts {
  /** ISO 8601. */
  readonly at: string
  readonly writeId: string
  readonly correlationId: string
}

export const factsNow = (correlationId: string): ChangeFacts => ({ at: new Date().toISOString(), writeId: randomUUID(), correlationId })

const eventOf = (type: TaskEventType, { id, title, status, priority, user_id, due_date, created_at }: Task, version: number, { at, correlationId }: ChangeFacts): TaskEvent => ({
  event_type: type,
  event_id: changeEventId(id, version),
  task_id: id,
  title,
  status,
  timestamp: at,
  correlation_id: correlationId,
  sequence: version,
  user_id,
  due_date,
  priority,
  created_at,
})

/** The jobs that a task has as it is now, and had before; not known where it was not known before. */
const jobsOf = ({ due_date: due, status }: Pick<Task, 'due_date' | 'status'>, before: LiveDocument['jobs']): Pick<LiveDocument, 'jobs'> => {
  const now = { reminder: due !== null, cleanup: status === 'completed' }
  return before ? { jobs: jobsOfTask.filter((kind) => now[kind] || before.includes(kind)) } : {}
}

/** The first document of a task, with `task.created` pending. `digest` is that of the request, if it has an Idempotency-Key. */
export const created = (id: string, fields: TaskCreate, facts: ChangeFacts, digest?: string): LiveDocument => {
  const task: Task = { id, ...fields, status: 'pending', created_at: facts.at, updated_at: facts.at }
  const pending = [eventOf('task.created', task, 1, facts)]
  const document: LiveDocument = { schema: 1, version: 1, write_id: facts.writeId, earlier_writes: [], task, pending, ...jobsOf(task, []) }
  return digest === undefined ? document : { ...document, origin: { digest, answer: task } }
}

const withChange = (document: LiveDocument, type: TaskEventType, change: Partial<Task>, facts: ChangeFacts): LiveDocument => {
  const version = document.version + 1
  const task = { ...document.task, ...change, updated_at: facts.at }
  const pending = [...document.pending, eventOf(type, task, version, facts)]
  return { ...document, version, write_id: facts.writeId, earlier_writes: writesOf(document), task, pending, ...jobsOf(task, document.jobs) }
}

/** The document with another status and its event pending, also when the status stays the same. */
export const withStatus = (document: LiveDocument, status: TaskStatus, facts: ChangeFacts): LiveDocument =>
  withChange(document, `task.${status}`, { status }, facts)

/** The document with other content and `task.updated` pending, also when the content stays the same. */
export const withContent = (document: LiveDocument, content: TaskUpdate, facts: ChangeFacts): LiveDocument =>
  withChange(document, 'task.updated', content, facts)

/** The tombstone of a task with `task.deleted` pending; nothing of the task is in it but its events. */
export const removed = (document: LiveDocument, facts: ChangeFacts): Tombstone => {
  const { version, task, pending, origin, jobs } = document
  const next = version + 1
  const events = [...pending, eventOf('task.deleted', task, next, facts)]
  const tombstone: Tombstone = { schema: 1, version: next, write_id: facts.writeId, earlier_writes: writesOf(document), deleted_at: facts.at, pending: events }
  const owner = task['user_id']
  return { ...tombstone, ...(jobs && { jobs }), ...(origin && { origin_digest: origin.digest }), ...(typeof owner === 'string' && { user_id: owner }) }
}

/** What stands where a creation may still arrive that must not any more. */
export const fence = ({ at, writeId }: Omit<ChangeFacts, 'correlationId'>): Tombstone => ({
  schema: 1, version: 1, write_id: writeId, earlier_writes: [], deleted_at: at, pending: [], fence: true,
})
