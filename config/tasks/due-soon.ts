import * as z from 'zod'

import { UserId } from './user.ts'

/** Events on `task-due-soon`. They say no change of a task, so there is no `sequence`; the same due date of the same task has the same `event_id`. */
export const dueSoonEvents = {
  'task.due-soon': z.object({
    event_type: z.literal('task.due-soon'),
    event_id: z.string().min(1),
    task_id: z.string().min(1),
    user_id: UserId.nullable().default(null),
    title: z.string(),
    due_date: z.iso.datetime({ offset: true }),
    timestamp: z.iso.datetime({ offset: true }),
    correlation_id: z.string(),
  }),
}

export type TaskDueSoon = z.infer<(typeof dueSoonEvents)['task.due-soon']>
