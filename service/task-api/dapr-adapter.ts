import { retention, type TaskStack } from '../../config/tasks/index.ts'
import { type BoundApp, ComponentFailed, EtagMismatch, type Precondition, type SaveOptions, writeConfirmed } from '../dapr/index.ts'
import { isOfKey } from './idempotency.ts'
import type { TaskEvents, TaskStore } from './ports.ts'
import { isFence, isTombstone, TaskDocument } from './task-document.ts'
import { findWrite } from './write-ids.ts'

type TaskApi = BoundApp<TaskStack, 'task-api'>

const keyOf = (id: string): string => `task-${id}`

/**
 * A tombstone may go once nobody needs its events. A fence that a task may come to stand on never gets a time to live: Redis sets and
 * clears that apart from the value, so the task could inherit it and vanish.
 */
const optionsFor = (id: string, document: TaskDocument): SaveOptions =>
  isTombstone(document) && document.pending.length === 0 && !(isFence(document) && isOfKey(id)) ? { ttlSeconds: retention.tombstoneSeconds } : {}

const preconditionOf = (etag: string | undefined): Precondition => (etag === undefined ? { firstWrite: true } : { etag })

/** Whether the write is in what is stored. Not to know is no answer. */
const isIn = (stored: TaskDocument, document: TaskDocument, id: string): boolean => {
  const found = findWrite(stored, document)
  if (found === 'forgotten') throw new ComponentFailed(`task ${id}`, `version ${document.version} is too far below ${stored.version} to tell whose it is`)
  return found === 'found'
}

/** The documents of tasks in the state store. */
export const taskStore = (dapr: Pick<TaskApi, 'state'>): TaskStore => {
  const state = dapr.state('statestore')
  return {
    read: async (id) => {
      const stored = await state.get(keyOf(id), TaskDocument)
      return stored && { document: stored.value, etag: stored.etag }
    },
    save: async (id, document, etag) => {
      const { written } = await writeConfirmed(state, {
        key: keyOf(id),
        value: document,
        precondition: preconditionOf(etag),
        parser: TaskDocument,
        isOwn: (stored) => isIn(stored, document, id),
        options: optionsFor(id, document),
      })
      return written ? 'saved' : 'conflict'
    },
    bump: async (id, document, etag) => {
      try {
        await state.save(keyOf(id), document, preconditionOf(etag), optionsFor(id, document))
        return 'saved'
      } catch (error) {
        if (error instanceof EtagMismatch || error instanceof ComponentFailed) return 'conflict'
        throw error
      }
    },
  }
}

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
