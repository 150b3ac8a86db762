import type { FastifyInstance } from 'fastify'

import { stack } from '../../config/tasks/index.ts'
import { bind, implement } from '../dapr/index.ts'
import { createServiceApp, type ServiceParts } from '../service-app.ts'
import { notificationMethods } from './methods.ts'
import { notificationStore } from './notification-store.ts'
import { notificationRoutes } from './routes.ts'
import { notificationSubscriptions } from './subscriptions.ts'

/** The service that keeps and shows notifications. */
export const buildNotificationService = (parts: ServiceParts): FastifyInstance => {
  const app = createServiceApp(stack, 'notification-service', parts)
  const store = notificationStore(bind(stack, 'notification-service', parts.sidecar))
  notificationRoutes(app, store)
  app.register(implement(stack, 'notification-service', { ...notificationMethods(store), ...notificationSubscriptions(store) }, parts))
  return app
}
