import { bind, createServiceApp, implement, type JobContext, type ServiceParts } from 'dapr-stack/service'
import type { FastifyInstance } from 'fastify'

import type { Todo } from '../../config/events.ts'
import { stack } from '../../config/stack.ts'
import { publisher } from './publisher.ts'
import { todoRoutes } from './routes.ts'

/** The API of tasks: each change is saved, then told. */
export const buildTodoBackend = (parts: ServiceParts): FastifyInstance => {
  const app = createServiceApp(stack, 'todo-backend', parts)
  const dapr = bind(stack, 'todo-backend', parts.sidecar)
  const publish = publisher(dapr)
  todoRoutes(app, dapr, publish)
  const dueSoon = (todo: Todo, { correlationId }: JobContext) => publish('task-due-soon', todo, correlationId)
  app.register(implement(stack, 'todo-backend', { jobs: { 'due-soon': dueSoon } }, parts))
  return app
}
