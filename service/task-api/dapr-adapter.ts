import { retention, type TaskStack } from '../../config/tasks/index.ts'
import { type BoundApp, type Precondition, type SaveOptions, writeConfirmed } from '../dapr/index.ts'
import type { TaskEvents, TaskStore } from './ports.ts'
import { isTombstone, TaskDocument } from './task-document.ts'

type TaskApi = BoundApp<TaskStack, 'task-api'>

const keyOf = (id: string): string => `task-${id}`

/** A tombstone may go once nobody needs its events. */
const optionsFor = (document: TaskDocument): SaveOptions =>
  isTombstone(document) && document.pending.length === 0 ? { ttlSeconds: retention.tombstoneSeconds } : {}

/** The documents of tasks in the state store. */
export const taskStore = (dapr: TaskApi): TaskStore => {
  const state = dapr.state('statestore')
  return {
    read: async (id) => {
      const stored = await state.get(keyOf(id), TaskDocument)
      return stored && { document: stored.value, etag: stored.etag }
    },
    save: async (id, document, etag) => {
      const precondition: Precondition = etag === undefined ? { firstWrite: true } : { etag }
      const isOwn = ({ write_id: stored }: TaskDocument): boolean => stored === document.write_id
      const outcome = await writeConfirmed(state, {
        key: keyOf(id),
        value: document,
        precondition,
        parser: TaskDocument,
        isOwn,
        options: optionsFor(document),
      })
      return outcome.written ? 'saved' : 'conflict'
    },
  }
}

/** The events of tasks as CloudEvents on their topic. */
export const taskEventPublisher = (dapr: TaskApi): TaskEvents => ({
  publish: (event) =>
    dapr.publish('task-events', event.event_type, event, {
      id: event.event_id,
      time: event.timestamp,
      correlationId: event.correlation_id,
      subject: event.task_id,
    }),
})
