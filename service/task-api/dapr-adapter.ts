import { retention, type TaskDocument, taskKey, type TaskStack } from '../../config/tasks/index.ts'
import type { BoundApp, SaveOptions } from '../dapr/index.ts'
import { documentStore } from './document-store.ts'
import { isOfKey } from './idempotency.ts'
import type { TaskEvents, TaskStore } from './ports.ts'
import { isFence, isTombstone } from './task-document.ts'

type TaskApi = BoundApp<TaskStack, 'task-api'>

/**
 * A tombstone may go once nobody needs its events. A fence that a task may come to stand on never gets a time to live: Redis sets and
 * clears that apart from the value, so the task could inherit it and vanish.
 */
const optionsFor = (id: string, document: TaskDocument): SaveOptions =>
  isTombstone(document) && document.pending.length === 0 && !(isFence(document) && isOfKey(id)) ? { ttlSeconds: retention.tombstoneSeconds } : {}

/** The documents of tasks in the state store. */
export const taskStore = (dapr: Pick<TaskApi, 'state' | 'documents'>): TaskStore =>
  documentStore({ state: dapr.state('statestore'), keyOf: taskKey, parser: dapr.documents.task, optionsFor })

/** The events of tasks as CloudEvents on their topic. */
export const taskEventPublisher = (dapr: Pick<TaskApi, 'publish'>): TaskEvents => ({
  publish: (event) =>
    dapr.publish('task-events', event.event_type, event, {
      id: event.event_id,
      time: event.timestamp,
      correlationId: event.correlation_id,
      subject: event.task_id,
    }),
})
