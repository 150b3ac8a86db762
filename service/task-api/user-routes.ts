import type { FastifyInstance } from 'fastify'
import type { ZodTypeProvider } from 'fastify-type-provider-zod'

import { type Caller, correlationIdOf, owns } from '../http/index.ts'
import type { Recommender } from './recommendations.ts'
import { UserNotFound } from './user-errors.ts'
import { userOperations } from './user-operations.ts'
import type { UserTasks } from './user-tasks.ts'
import type { UserUseCases } from './user-use-cases.ts'

export interface UserApi {
  readonly users: UserUseCases
  readonly tasks: UserTasks
  readonly recommendations: Recommender
}

/** The id in the path; for users there is nobody but themselves. */
const allowed = ({ caller, params }: { readonly caller: Caller; readonly params: { readonly id: string } }): string => {
  if (!owns(caller, params.id)) throw new UserNotFound(params.id)
  return params.id
}

/** The HTTP API of users. Tasks are listed for any owner, registered or not. */
export const userRoutes = (server: FastifyInstance, { users, tasks, recommendations }: UserApi): void => {
  const app = server.withTypeProvider<ZodTypeProvider>()

  app.post('/users', userOperations.register, async (request, reply) => {
    const user = await users.register(request.caller, request.body, correlationIdOf(request), request.headers['idempotency-key'])
    reply.code(201).header('location', `/users/${user.id}`)
    return user
  })

  app.get('/users/:id', userOperations.read, (request) => users.readUser(allowed(request)))
  app.get('/users/:id/preferences', userOperations.readPreferences, (request) => users.readPreferences(allowed(request)))
  app.put('/users/:id/preferences', userOperations.setPreferences, (request) => users.setPreferences(allowed(request), request.body))
  app.get('/users/:id/tasks', userOperations.tasks, (request) => tasks.list(allowed(request), request.query))
  app.get('/users/:id/recommendations', userOperations.recommendations, (request) =>
    recommendations.recommend(allowed(request), request.query.limit, request.log),
  )
}
