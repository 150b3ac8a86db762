import { z } from 'zod'

/** Request of `notify`. `event_id` is the event that caused it: the same event notifies once. */
export const Notify = z.object({
  type: z.enum(['task_completed', 'task_due_soon', 'daily_digest']),
  event_id: z.string().min(1).max(200),
  /** The task it is about, if it is about one. */
  task_id: z.string().min(1).max(200).optional(),
  /** Whom it is for, where that is known. */
  user_id: z.string().min(1).max(100).nullable().optional(),
  message: z.string().min(1).max(1000),
})
export type Notify = z.infer<typeof Notify>

/** Answer of `notify`, and what `GET /notifications/{event_id}` shows. */
export const Notification = Notify.extend({ notified_at: z.iso.datetime() })
export type Notification = z.infer<typeof Notification>
