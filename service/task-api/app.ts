import type { FastifyInstance } from 'fastify'

import { stack } from '../../config/tasks/index.ts'
import { bind, implement } from '../dapr/index.ts'
import { createServiceApp, type ServiceParts } from '../service-app.ts'
import { taskEventPublisher, taskStore } from './dapr-adapter.ts'
import { taskRoutes } from './routes.ts'
import { taskSubscriptions } from './subscriptions.ts'
import { taskProblem } from './task-errors.ts'
import { taskUseCases } from './use-cases.ts'

/** The task API. */
export const buildTaskApi = (parts: ServiceParts): FastifyInstance => {
  const app = createServiceApp(stack, 'task-api', parts, [taskProblem])
  const dapr = bind(stack, 'task-api', parts.sidecar)
  taskRoutes(app, taskUseCases({ store: taskStore(dapr), events: taskEventPublisher(dapr), log: app.log }))
  app.register(implement(stack, 'task-api', taskSubscriptions(dapr), parts))
  return app
}
