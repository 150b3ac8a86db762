import * as z from 'zod'

import { TaskSummary } from './user-tasks.ts'
import { UserId } from './user.ts'

/** What the ranking looks at of an open task. */
export const Candidate = TaskSummary.pick({ id: true, due_date: true, priority: true, created_at: true })
export type Candidate = z.infer<typeof Candidate>

/** Request of `get-recommendations`: at most 10,000 open tasks (some 1.3 MB), of which the first `limit` are wanted. */
export const GetRecommendations = z.object({ user_id: UserId, tasks: z.array(Candidate).max(10_000), limit: z.int().min(1).max(50) })
export type GetRecommendations = z.infer<typeof GetRecommendations>

/** Answer of `get-recommendations`: ids of tasks, what to do first comes first. */
export const Recommendations = z.object({ task_ids: z.array(z.string()) })
export type Recommendations = z.infer<typeof Recommendations>

/** Query of `GET /users/{id}/recommendations`. */
export const RecommendationsQuery = z.strictObject({ limit: z.coerce.number().int().min(1).max(50).default(10) })

/** Answer of `GET /users/{id}/recommendations`. `degraded`: the ranking was not to be had, these are the open tasks created last. */
export const UserRecommendations = z.object({ user_id: UserId, degraded: z.boolean(), tasks: z.array(TaskSummary) })
export type UserRecommendations = z.infer<typeof UserRecommendations>
