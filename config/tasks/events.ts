import * as z from 'zod'

import { TaskStatus } from './task.ts'
import { UserId } from './user.ts'

/**
 * `data` of an event on `task-events`. Readers are tolerant: unknown fields pass.
 * `event_id` is the CloudEvent's `id`; `sequence` counts the changes of one task from 1, and the higher one is the newer.
 * Events of before said nothing of owner, due date, priority and creation.
 */
const taskEvent = <const T extends string>(type: T) =>
  z.object({
    event_type: z.literal(type),
    event_id: z.string().min(1),
    task_id: z.string().min(1),
    title: z.string(),
    status: TaskStatus,
    timestamp: z.iso.datetime({ offset: true }),
    correlation_id: z.string(),
    sequence: z.int().min(1),
    user_id: UserId.nullable().default(null),
    due_date: z.iso.datetime({ offset: true }).nullable().default(null),
    priority: z.int().optional(),
    created_at: z.iso.datetime().optional(),
  })

export const taskEvents = {
  'task.created': taskEvent('task.created'),
  'task.pending': taskEvent('task.pending'),
  'task.in_progress': taskEvent('task.in_progress'),
  'task.completed': taskEvent('task.completed'),
  'task.updated': taskEvent('task.updated'),
  'task.deleted': taskEvent('task.deleted'),
}

export type TaskEventType = keyof typeof taskEvents
export type TaskEvent = z.infer<(typeof taskEvents)[TaskEventType]>
