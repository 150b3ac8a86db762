import type { TaskStack, UserEvent } from '../../config/tasks/index.ts'
import type { BoundApp } from '../dapr/index.ts'
import { documentStore } from './document-store.ts'
import type { EventPublisher, UserCompletion, UserStore } from './ports.ts'
import { recover } from './recover.ts'
import { userFence } from './user-document.ts'

type TaskApi = BoundApp<TaskStack, 'task-api'>

/** The documents of users in the state store. A user may come to stand on any fence, and would inherit its time to live: none has one. */
export const userStore = (dapr: Pick<TaskApi, 'state' | 'documents'>): UserStore =>
  documentStore({
    state: dapr.state('statestore'),
    keyOf: (id) => `user-${id}`,
    parser: dapr.documents.user,
    optionsFor: () => ({}),
  })

/** The events of users as CloudEvents on their topic. */
export const userEventPublisher = (dapr: Pick<TaskApi, 'publish'>): EventPublisher<UserEvent> => ({
  publish: (event) =>
    dapr.publish('user-events', event.event_type, event, {
      id: event.event_id,
      time: event.timestamp,
      correlationId: event.correlation_id,
      subject: event.user_id,
    }),
})

const prefix = 'user:'

/** The key of a user in the journal; those of tasks are UUIDs. */
export const userJournalKey = (id: string): string => `${prefix}${id}`

/** The id of the user whose key in the journal this is; `undefined` for a task's. */
export const userIdOf = (journalKey: string): string | undefined => (journalKey.startsWith(prefix) ? journalKey.slice(prefix.length) : undefined)

/** Completes what any writer may have left of a user. */
export const recoverUser = (deps: UserCompletion, id: string): Promise<void> => recover(deps, id, userFence)
