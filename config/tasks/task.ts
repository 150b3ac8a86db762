import * as z from 'zod'

import { text } from './text.ts'
import { UserId } from './user.ts'

/** The states a task goes through; any may follow any. */
export const TaskStatus = z.enum(['pending', 'in_progress', 'completed'])
export type TaskStatus = z.infer<typeof TaskStatus>

/** 1-200 characters. */
export const TaskTitle = text(1, 200)
const description = text(0, 5000).nullable()
const priority = z.int().min(1).max(5)
const dueDate = z.iso.datetime({ offset: true }).nullable()
const owner = UserId.nullable()

/** What a client may change of a task: title 1-200 characters, description at most 5,000, priority 1-5, due date in ISO 8601 with an offset. */
const content = {
  title: TaskTitle,
  description: description.default(null),
  priority: priority.default(1),
  due_date: dueDate.default(null),
}

/** Body of `POST /tasks`. Unknown fields are refused. */
export const TaskCreate = z.strictObject({ ...content, user_id: owner.default(null) })
export type TaskCreate = z.infer<typeof TaskCreate>

/** Body of `PUT /tasks/{id}`: what is left out gets its default. Owner and status stay; the status has a route of its own. */
export const TaskUpdate = z.strictObject(content)
export type TaskUpdate = z.infer<typeof TaskUpdate>

/** Query of `PUT /tasks/{id}/status`. */
export const TaskStatusQuery = z.strictObject({ status: TaskStatus })

/** A task as clients see it; its own times are ISO 8601 in UTC, the due date is as it was given. What is stored already is not judged again; tasks of before had no owner and no due date. */
export const Task = z.object({
  id: z.string(),
  title: z.string(),
  description: z.string().nullable(),
  status: TaskStatus,
  priority,
  user_id: owner.default(null),
  due_date: dueDate.default(null),
  created_at: z.iso.datetime(),
  updated_at: z.iso.datetime(),
})
export type Task = z.infer<typeof Task>
