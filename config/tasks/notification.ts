import * as z from 'zod'

import { nextCursor } from './paging.ts'
import { UserId } from './user.ts'

const eventId = z.string().min(1).max(200)
const taskId = z.string().min(1).max(200)
const message = z.string().min(1).max(1000)
const type = z.string().regex(/^[a-z][a-z0-9_]{0,49}$/, { error: 'no type; use 1-50 of a-z, 0-9 and "_", a letter first, such as "welcome"' })

/** Request of `notify`. `event_id` is the event that caused it: the same event notifies once. */
export const Notify = z.object({
  type: z.enum(['task_completed', 'task_due_soon']),
  event_id: eventId,
  task_id: taskId,
  message,
  /** Whom it is for. */
  user_id: UserId.optional(),
})
export type Notify = z.infer<typeof Notify>

/** Request of `send`: a notification of any type for a user. The same event sends once. */
export const Send = z.object({ type, event_id: eventId, user_id: UserId, message, task_id: taskId.optional() })
export type Send = z.infer<typeof Send>

/** Answer of `notify` and `send`, and what `GET /notifications/{event_id}` shows. */
export const Notification = z.object({
  type: z.string(),
  event_id: eventId,
  task_id: taskId.optional(),
  user_id: UserId.optional(),
  message,
  notified_at: z.iso.datetime(),
  /** What became of the mail: `skipped` when there is no key for the channel. Missing where there is nobody to send it to. */
  delivery: z.enum(['sent', 'skipped']).optional(),
})
export type Notification = z.infer<typeof Notification>

/** What is stored of a notification. */
export const NotificationDocument = z.looseObject({ schema: z.literal(1), notification: Notification.loose() })

/** A page of `GET /users/{id}/notifications`, the latest first. It may hold fewer than `limit`, or none, while there is a `next_cursor`. */
export const NotificationsPage = z.object({ notifications: z.array(Notification), next_cursor: nextCursor })
export type NotificationsPage = z.infer<typeof NotificationsPage>
