import type { TaskStack } from '../../config/tasks/index.ts'
import type { Implementation } from '../dapr/index.ts'
import type { Notifier } from './notifier.ts'

/** The methods that other apps invoke. */
export const notificationMethods = (notify: Notifier): Pick<Implementation<TaskStack, 'notification-service'>, 'methods'> => ({
  methods: { notify, send: notify },
})
