import { z } from 'zod'

/** Request of `notify`. `event_id` is the event that caused it: the same event notifies once. */
export const Notify = z.object({
  type: z.literal('task_completed'),
  event_id: z.string().min(1).max(200),
  task_id: z.string().min(1).max(200),
  message: z.string().min(1).max(1000),
})
export type Notify = z.infer<typeof Notify>

/** Answer of `notify`, and what `GET /notifications/{event_id}` shows. */
export const Notification = Notify.extend({ notified_at: z.iso.datetime() })
export type Notification = z.infer<typeof Notification>
