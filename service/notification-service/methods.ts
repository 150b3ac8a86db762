import type { TaskStack } from '../../config/tasks/index.ts'
import type { Implementation } from '../dapr/index.ts'
import type { NotificationStore } from './notification-store.ts'

/** The methods that other apps invoke. */
export const notificationMethods = (store: NotificationStore): Pick<Implementation<TaskStack, 'notification-service'>, 'methods'> => ({
  methods: {
    notify: async (request, { log }) => {
      const notification = await store.keep({ ...request, notified_at: new Date().toISOString() })
      log.info({ event_id: notification.event_id, task_id: notification.task_id }, 'Notification stored')
      return notification
    },
  },
})
