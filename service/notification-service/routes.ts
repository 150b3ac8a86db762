import type { FastifyInstance } from 'fastify'
import type { ZodTypeProvider } from 'fastify-type-provider-zod'

import { owns, Problem } from '../http/index.ts'
import { notificationOperations } from './notification-operations.ts'
import type { NotificationStore } from './notification-store.ts'

/** The HTTP API of notifications. */
export const notificationRoutes = (server: FastifyInstance, store: NotificationStore): void => {
  const app = server.withTypeProvider<ZodTypeProvider>()

  app.get('/notifications/:event_id', notificationOperations.read, async ({ caller, params: { event_id: id } }) => {
    const notification = await store.find(id)
    if (!notification || !owns(caller, notification.user_id)) throw new Problem('not-found', `there is no notification for event ${id}`)
    return notification
  })

  app.get('/users/:id/notifications', notificationOperations.list, ({ caller, params: { id }, query }) => {
    if (!owns(caller, id)) throw new Problem('not-found', `there is no user ${id}`)
    return store.list(id, query)
  })
}
