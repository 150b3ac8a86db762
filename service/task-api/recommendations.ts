import type { TaskStack, TaskSummary, UserRecommendations } from '../../config/tasks/index.ts'
import { type BoundApp, remainingMs, SidecarError, withTimeBudget } from '../dapr/index.ts'
import type { UserTasks } from './user-tasks.ts'

/** What a user should do next. */
export interface Recommender {
  recommend(userId: string, limit: number, log: { warn(fields: object, message: string): void }): Promise<UserRecommendations>
}

/** As many as the ranking takes. */
const mostTasks = 10_000
/** How long the ranking may take; less when the request has less time left. */
const rankingMs = 1_500

/** Ranks the open tasks of a user by another app. While that is not to be had, the tasks come unranked, and the answer says so. */
export const recommender = (dapr: Pick<BoundApp<TaskStack, 'task-api'>, 'invoke'>, tasks: Pick<UserTasks, 'openTasksOf'>): Recommender => {
  const rank = async (userId: string, open: readonly TaskSummary[], limit: number): Promise<TaskSummary[]> => {
    const candidates = open.map(({ id, due_date, priority, created_at }) => ({ id, due_date, priority, created_at }))
    const ask = () => dapr.invoke('ai-service', 'get-recommendations', { user_id: userId, tasks: candidates, limit })
    const { task_ids: ids } = await withTimeBudget(Math.min(rankingMs, remainingMs()), ask)
    const byId = new Map(open.map((task) => [task.id, task]))
    return ids.flatMap((id) => byId.get(id) ?? [])
  }
  return {
    recommend: async (userId, limit, log) => {
      const open = await tasks.openTasksOf(userId, mostTasks)
      try {
        return { user_id: userId, degraded: false, tasks: await rank(userId, open, limit) }
      } catch (error) {
        if (!(error instanceof SidecarError)) throw error
        log.warn({ err: error }, 'Tasks are not ranked')
        return { user_id: userId, degraded: true, tasks: open.slice(0, limit) }
      }
    },
  }
}
