import type { Notification, TaskStack } from '../../config/tasks/index.ts'
import { type BoundApp, type Log, remainingMs, SidecarError, withTimeBudget } from '../dapr/index.ts'

/** Where mail to users goes. */
export interface MailChannel {
  /** Sends, or says that it has no key to do so. The same notification may be sent twice, when a replica dies before it is stored. */
  send(notification: Notification, log: Log): Promise<'sent' | 'skipped'>
}

/** A store of secrets that does not answer must leave the notification its time. */
const longestReadMs = 500

/**
 * A stand-in for a provider of mail: it takes the provider's key from the secret store, as a real one would, and logs what it would send. A
 * key that was found is kept for the life of the process; one that was not is looked for again with the next mail.
 */
export const mailChannel = (dapr: Pick<BoundApp<TaskStack, 'notification-service'>, 'secret'>): MailChannel => {
  let key: string | undefined
  const readKey = async (log: Log): Promise<string | undefined> => {
    try {
      const secret = await withTimeBudget(Math.min(longestReadMs, remainingMs()), () => dapr.secret('kubernetes-secrets', 'mail-api-key'))
      return Object.values(secret)[0]
    } catch (error) {
      if (!(error instanceof SidecarError)) throw error
      log.warn({ err: error }, 'There is no key for the mail channel; create the Secret to have mail sent')
      return undefined
    }
  }
  return {
    send: async ({ event_id: eventId, user_id: user, type }, log) => {
      key ??= await readKey(log)
      if (key === undefined) return 'skipped'
      log.info({ event_id: eventId, user_id: user, type }, 'Mail sent')
      return 'sent'
    },
  }
}
