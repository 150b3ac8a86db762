import type { Notification, Notify, Send } from '../../config/tasks/index.ts'
import type { InvocationContext } from '../dapr/index.ts'
import type { MailChannel } from './mail-channel.ts'
import type { NotificationStore } from './notification-store.ts'

/** Notifies once for an event: a request that is repeated finds its notification, and what is left to do of it. */
export type Notifier = (request: Notify | Send, context: Pick<InvocationContext, 'log'>) => Promise<Notification>

export const notifier = (store: NotificationStore, mail: MailChannel): Notifier => {
  const record: Notifier = async (request, { log }) => {
    const made: Notification = { ...request, notified_at: new Date().toISOString() }
    const notification = await store.keep(request.user_id === undefined ? made : { ...made, delivery: await mail.send(made, log) })
    log.info({ event_id: notification.event_id, task_id: notification.task_id, user_id: notification.user_id }, 'Notification stored')
    return notification
  }
  return async (request, context) => {
    const before = request.user_id === undefined ? undefined : await store.find(request.event_id)
    const notification = before ?? (await record(request, context))
    await store.enlist(notification)
    return notification
  }
}
