import type { TaskStack } from '../../config/tasks/index.ts'
import type { Implementation } from '../dapr/index.ts'
import type { Notifier } from './notifier.ts'

/** What notification-service does about events: a task that is due soon is notified. */
export const notificationSubscriptions = (notify: Notifier): Pick<Implementation<TaskStack, 'notification-service'>, 'subscriptions'> => ({
  subscriptions: {
    'task-due-soon': {
      'task.due-soon': async ({ task_id: id, user_id: user, title, due_date: due }, event) => {
        const message = `Task "${title}" is due at ${due}`
        await notify({ type: 'task_due_soon', event_id: event.id, task_id: id, message, ...(user !== null && { user_id: user }) }, event)
      },
    },
  },
})
