import { createHash } from 'node:crypto'

import { type Notification, notificationKey, type NotificationsPage, type TaskStack } from '../../config/tasks/index.ts'
import { type BoundApp, writeConfirmed } from '../dapr/index.ts'
import { createPagedIndex, newestFirst } from '../paged-index/index.ts'

/** Where notifications are, by the id of the event that caused them, and by the user they are for. */
export interface NotificationStore {
  find(eventId: string): Promise<Notification | undefined>
  /** Stores it unless there is one for its event already; the answer is the one that is stored. */
  keep(notification: Notification): Promise<Notification>
  /** Puts a stored one on the list of the user it is for, once. */
  enlist(notification: Notification): Promise<void>
  list(userId: string, query: { readonly limit: number; readonly cursor?: string | undefined }): Promise<NotificationsPage>
}

/** A notification is below 6 kB with the longest message, so that a page stays below 200 kB; usual ones have some 300 bytes. */
const notificationsPerPage = 32

/** Notifications are never removed, so there are no traces. */
const traceSeconds = 0

/** Event ids come from outside: of any length, for a cursor. */
const digestOf = (eventId: string): string => createHash('sha256').update(eventId).digest('hex')

export const notificationStore = (dapr: BoundApp<TaskStack, 'notification-service'>): NotificationStore => {
  const state = dapr.state('notification-store')
  const parser = dapr.documents.notification
  const index = createPagedIndex({ state, name: 'user-notifications', parser: dapr.documents['listed-notification'], maxEntries: notificationsPerPage, traceSeconds })
  return {
    find: async (eventId) => (await state.get(notificationKey(eventId), parser))?.value.notification,
    keep: async (notification) => {
      const outcome = await writeConfirmed(state, {
        key: notificationKey(notification.event_id),
        value: { schema: 1, notification },
        precondition: { firstWrite: true },
        parser,
        isOwn: () => false, // whoever wrote it, it is the one notification of this event
      })
      return (outcome.written ? undefined : outcome.current?.value.notification) ?? notification
    },
    enlist: async (notification) => {
      const { user_id: user, event_id: eventId, notified_at: at } = notification
      if (user !== undefined) await index.put(user, { key: newestFirst(at, digestOf(eventId)), sequence: 1, value: notification })
    },
    list: async (userId, { limit, cursor }) => {
      const { items, next = null } = await index.read(userId, { limit, cursor })
      return { notifications: [...items], next_cursor: next }
    },
  }
}
