import { z } from 'zod'

import { text } from './text.ts'

/** The states a task goes through; any may follow any. */
export const TaskStatus = z.enum(['pending', 'in_progress', 'completed'])
export type TaskStatus = z.infer<typeof TaskStatus>

const title = text(1, 200)
const description = text(0, 5000).nullable()
const priority = z.int().min(1).max(5)

/** Body of `POST /tasks`: title 1-200 characters, description at most 5,000, priority 1-5. Unknown fields are refused. */
export const TaskCreate = z.strictObject({
  title,
  description: description.default(null),
  priority: priority.default(1),
})
export type TaskCreate = z.infer<typeof TaskCreate>

/** Query of `PUT /tasks/{id}/status`. */
export const TaskStatusQuery = z.strictObject({ status: TaskStatus })

/** A task as clients see it; times are ISO 8601 in UTC. What is stored already is not judged again. */
export const Task = z.object({
  id: z.string(),
  title: z.string(),
  description: z.string().nullable(),
  status: TaskStatus,
  priority,
  created_at: z.iso.datetime(),
  updated_at: z.iso.datetime(),
})
export type Task = z.infer<typeof Task>
