import type { TaskEvent, TaskStack } from '../../config/tasks/index.ts'
import type { BoundApp, Implementation } from '../dapr/index.ts'
import { followTask, type FollowDependencies } from './task-jobs.ts'

export interface SubscriptionDependencies extends FollowDependencies {
  readonly dapr: Pick<BoundApp<TaskStack, 'task-api'>, 'invoke' | 'jobs'>
}

/** What task-api does about the events of tasks: it has a completed task notified, and keeps the jobs of each task in step with it. */
export const taskSubscriptions = (deps: SubscriptionDependencies): Pick<Implementation<TaskStack, 'task-api'>, 'subscriptions'> => {
  const follow = (data: TaskEvent): Promise<void> => followTask(deps, data)
  return {
    subscriptions: {
      'task-events': {
        'task.created': follow,
        'task.pending': follow,
        'task.in_progress': follow,
        'task.completed': async (data, event) => {
          const { task_id: id, user_id: user } = data
          const message = `Task ${id} has been completed`
          await deps.dapr.invoke('notification-service', 'notify', { type: 'task_completed', event_id: event.id, task_id: id, ...(user !== null && { user_id: user }), message })
          event.log.info({ task_id: id }, `Notification sent for task ${id}`)
          await follow(data)
        },
        'task.deleted': follow,
      },
    },
  }
}
