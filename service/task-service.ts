import type { FastifyInstance } from 'fastify'

import type { AppOf } from '../config/define/index.ts'
import { stack, type TaskStack, UserId } from '../config/tasks/index.ts'
import type { ProblemTranslator } from './http/index.ts'
import { createServiceApp, type ServiceParts } from './service-app.ts'

const isUserId = (sub: string): boolean => UserId.safeParse(sub).success

/** A service of the task stack: who calls it is a user of the stack. */
export const createTaskService = (app: AppOf<TaskStack>, parts: ServiceParts, translators: readonly ProblemTranslator[] = []): FastifyInstance =>
  createServiceApp(stack, app, parts, { translators, isUserId })
