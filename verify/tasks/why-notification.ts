import { NotificationDocument, type Notification, notificationKey } from '../../config/tasks/index.ts'
import { type Look, type Step, Unreachable } from '../../cli/why/index.ts'

const app = 'notification-service'
const store = 'notification-store'

/** What is known of the notification of an event. */
export interface Notified {
  readonly notification?: Notification
  readonly found?: Step
  readonly unknown?: string
}

const mailText = ({ user_id: user, delivery }: Notification): string => {
  if (user === undefined) return 'the task belongs to nobody, so nobody is mailed'
  return delivery === 'skipped' ? `user ${user} is not mailed: there is no key for the mail channel, the Secret mail-api-key` : `mailed to user ${user}`
}

/** A notification in words: when, and to whom. */
export const notifiedText = (notification: Notification): string => `${notification.type} was notified at ${notification.notified_at}; ${mailText(notification)}`

/** Looks for the notification of an event. */
export const notificationOf = async ({ stored }: Pick<Look, 'stored'>, eventId: string): Promise<Notified> => {
  try {
    const { data } = NotificationDocument.safeParse(await stored(app, store, notificationKey(eventId)))
    if (!data) return {}
    const { notification } = data
    return { notification, found: { time: notification.notified_at, source: `${app} ${store}`, text: `notification of ${eventId} is stored: ${mailText(notification)}` } }
  } catch (error) {
    if (!(error instanceof Unreachable)) throw error
    return { unknown: error.message }
  }
}

/** The notification as what an event is to bring about. */
export const notificationEffect = ({ found, unknown }: Notified, by: { readonly app: string; readonly invokes?: { readonly callee: string; readonly method: string } }) => ({
  what: `${app} stores the notification`,
  ...by,
  ...(found && { found }),
  ...(unknown !== undefined && { unknown }),
})
