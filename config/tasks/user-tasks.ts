import * as z from 'zod'

import { nextCursor, PageQuery } from './paging.ts'
import { Task, TaskStatus, TaskTitle } from './task.ts'
import { UserId } from './user.ts'

/** A task as lists show it; `version` is the one of its ETag. */
export const TaskSummary = Task.pick({ id: true, status: true, priority: true, due_date: true, created_at: true, updated_at: true }).extend({
  title: TaskTitle,
  user_id: UserId,
  version: z.int().min(1),
})
export type TaskSummary = z.infer<typeof TaskSummary>

/** Query of `GET /users/{id}/tasks`. */
export const UserTasksQuery = PageQuery.extend({ status: TaskStatus.optional() })
export type UserTasksQuery = z.infer<typeof UserTasksQuery>

/** A page of a user's tasks, those created last first. It may hold fewer than `limit`, or none, while there is a `next_cursor`. */
export const UserTasksPage = z.object({ tasks: z.array(TaskSummary), next_cursor: nextCursor })
export type UserTasksPage = z.infer<typeof UserTasksPage>
