import type { TaskStack } from '../../config/tasks/index.ts'
import { type BoundApp, ignore, type Implementation } from '../dapr/index.ts'

/** What task-api does about the events of tasks: it has a completed task notified. */
export const taskSubscriptions = (dapr: BoundApp<TaskStack, 'task-api'>): Implementation<TaskStack, 'task-api'> => ({
  subscriptions: {
    'task-events': {
      'task.created': ignore,
      'task.pending': ignore,
      'task.in_progress': ignore,
      'task.completed': async ({ task_id: id }, event) => {
        const message = `Task ${id} has been completed`
        await dapr.invoke('notification-service', 'notify', { type: 'task_completed', event_id: event.id, task_id: id, message })
        event.log.info({ task_id: id }, `Notification sent for task ${id}`)
      },
      'task.updated': ignore,
      'task.deleted': ignore,
    },
  },
})
