import type { FastifyInstance } from 'fastify'
import type { ZodTypeProvider } from 'fastify-type-provider-zod'
import { z } from 'zod'

import { Notification, NotificationsPage, PageQuery, UserId } from '../../config/tasks/index.ts'
import { Problem } from '../http/index.ts'
import type { NotificationStore } from './notification-store.ts'

const params = z.object({ event_id: z.string() })
const userParams = z.object({ id: UserId })

/** The HTTP API of notifications. */
export const notificationRoutes = (server: FastifyInstance, store: NotificationStore): void => {
  const app = server.withTypeProvider<ZodTypeProvider>()

  app.get('/notifications/:event_id', { schema: { params, response: { 200: Notification } } }, async ({ params: { event_id: id } }) => {
    const notification = await store.find(id)
    if (!notification) throw new Problem('not-found', `there is no notification for event ${id}`)
    return notification
  })

  app.get('/users/:id/notifications', { schema: { params: userParams, querystring: PageQuery, response: { 200: NotificationsPage } } }, ({ params: { id }, query }) =>
    store.list(id, query),
  )
}
