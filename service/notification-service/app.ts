import type { FastifyInstance } from 'fastify'

import { stack } from '../../config/tasks/index.ts'
import { bind, implement } from '../dapr/index.ts'
import type { ServiceParts } from '../service-app.ts'
import { createTaskService } from '../task-service.ts'
import { mailChannel } from './mail-channel.ts'
import { notificationMethods } from './methods.ts'
import { notificationStore } from './notification-store.ts'
import { notifier } from './notifier.ts'
import { notificationRoutes } from './routes.ts'
import { notificationSubscriptions } from './subscriptions.ts'

/** The service that keeps and shows notifications. */
export const buildNotificationService = (parts: ServiceParts): FastifyInstance => {
  const app = createTaskService('notification-service', parts)
  const dapr = bind(stack, 'notification-service', parts.sidecar)
  const store = notificationStore(dapr)
  notificationRoutes(app, store)
  const notify = notifier(store, mailChannel(dapr))
  app.register(implement(stack, 'notification-service', { ...notificationMethods(notify), ...notificationSubscriptions(notify) }, parts))
  return app
}
