import type { Notification, Notify, Send, TaskStack } from '../../config/tasks/index.ts'
import type { Implementation, InvocationContext } from '../dapr/index.ts'
import type { MailChannel } from './mail-channel.ts'
import type { NotificationStore } from './notification-store.ts'

/** The methods that other apps invoke. */
export const notificationMethods = (store: NotificationStore, mail: MailChannel): Implementation<TaskStack, 'notification-service'> => {
  const record = async (request: Notify | Send, { log }: InvocationContext): Promise<Notification> => {
    const made: Notification = { ...request, notified_at: new Date().toISOString() }
    const notification = await store.keep(request.user_id === undefined ? made : { ...made, delivery: await mail.send(made, log) })
    log.info({ event_id: notification.event_id, task_id: notification.task_id, user_id: notification.user_id }, 'Notification stored')
    return notification
  }
  /** A request that is repeated finds its notification, and what is left to do of it. */
  const once = async (request: Notify | Send, context: InvocationContext): Promise<Notification> => {
    const before = request.user_id === undefined ? undefined : await store.find(request.event_id)
    const notification = before ?? (await record(request, context))
    await store.enlist(notification)
    return notification
  }
  return { methods: { notify: once, send: once } }
}
