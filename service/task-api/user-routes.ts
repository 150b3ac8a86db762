import type { FastifyInstance } from 'fastify'
import type { ZodTypeProvider } from 'fastify-type-provider-zod'
import { z } from 'zod'

import { Preferences, RecommendationsQuery, User, UserCreate, UserId, UserRecommendations, UserTasksPage, UserTasksQuery } from '../../config/tasks/index.ts'
import { correlationIdOf, parseIdempotencyKey } from '../http/index.ts'
import type { Recommender } from './recommendations.ts'
import type { UserTasks } from './user-tasks.ts'
import type { UserUseCases } from './user-use-cases.ts'

const params = z.object({ id: UserId })

export interface UserApi {
  readonly users: UserUseCases
  readonly tasks: UserTasks
  readonly recommendations: Recommender
}

/** The HTTP API of users. Tasks are listed for any owner, registered or not. */
export const userRoutes = (server: FastifyInstance, { users, tasks, recommendations }: UserApi): void => {
  const app = server.withTypeProvider<ZodTypeProvider>()

  app.post('/users', { schema: { body: UserCreate, response: { 201: User } } }, async (request, reply) => {
    const user = await users.register(request.body, correlationIdOf(request), parseIdempotencyKey(request.headers['idempotency-key']))
    reply.code(201).header('location', `/users/${user.id}`)
    return user
  })

  app.get('/users/:id', { schema: { params, response: { 200: User } } }, ({ params: { id } }) => users.readUser(id))

  app.get('/users/:id/preferences', { schema: { params, response: { 200: Preferences } } }, ({ params: { id } }) => users.readPreferences(id))

  app.put('/users/:id/preferences', { schema: { params, body: Preferences, response: { 200: Preferences } } }, ({ params: { id }, body }) =>
    users.setPreferences(id, body),
  )

  app.get('/users/:id/tasks', { schema: { params, querystring: UserTasksQuery, response: { 200: UserTasksPage } } }, ({ params: { id }, query }) =>
    tasks.list(id, query),
  )

  app.get('/users/:id/recommendations', { schema: { params, querystring: RecommendationsQuery, response: { 200: UserRecommendations } } }, ({ params: { id }, query, log }) =>
    recommendations.recommend(id, query.limit, log),
  )
}
