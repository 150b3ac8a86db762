import { z } from 'zod'

import { Notification, type TaskStack } from '../../config/tasks/index.ts'
import { type BoundApp, writeConfirmed } from '../dapr/index.ts'

/** Where notifications are, by the id of the event that caused them. */
export interface NotificationStore {
  find(eventId: string): Promise<Notification | undefined>
  /** Stores it unless there is one for its event already; the answer is the one that is stored. */
  keep(notification: Notification): Promise<Notification>
}

const StoredNotification = z.looseObject({ schema: z.literal(1), notification: Notification.loose() })

/** Event ids come from outside, and Dapr refuses keys that hold `||`. */
const keyOf = (eventId: string): string => `notification-${encodeURIComponent(eventId)}`

export const notificationStore = (dapr: BoundApp<TaskStack, 'notification-service'>): NotificationStore => {
  const state = dapr.state('statestore')
  return {
    find: async (eventId) => (await state.get(keyOf(eventId), StoredNotification))?.value.notification,
    keep: async (notification) => {
      const outcome = await writeConfirmed(state, {
        key: keyOf(notification.event_id),
        value: { schema: 1, notification },
        precondition: { firstWrite: true },
        parser: StoredNotification,
        isOwn: () => false, // whoever wrote it, it is the one notification of this event
      })
      return (outcome.written ? undefined : outcome.current?.value.notification) ?? notification
    },
  }
}
