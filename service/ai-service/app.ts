import type { FastifyInstance } from 'fastify'

import { stack } from '../../config/tasks/index.ts'
import { implement } from '../dapr/index.ts'
import type { ServiceParts } from '../service-app.ts'
import { createTaskService } from '../task-service.ts'
import { recommendationMethods } from './methods.ts'

/** The service that says what to do next. It keeps nothing. */
export const buildAiService = (parts: ServiceParts): FastifyInstance => {
  const app = createTaskService('ai-service', parts)
  app.register(implement(stack, 'ai-service', recommendationMethods, parts))
  return app
}
