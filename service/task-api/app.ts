import { setTimeout as delay } from 'node:timers/promises'

import type { FastifyInstance } from 'fastify'

import { http, type HttpRules, recovery, retention, stack } from '../../config/tasks/index.ts'
import { bind, createJournal, implement } from '../dapr/index.ts'
import { createServiceApp, type ServiceParts } from '../service-app.ts'
import { taskEventPublisher, taskStore } from './dapr-adapter.ts'
import { recoverTask } from './recover-task.ts'
import { taskRoutes } from './routes.ts'
import { taskSubscriptions } from './subscriptions.ts'
import { taskProblem } from './task-errors.ts'
import { taskUseCases } from './use-cases.ts'

/** Between two attempts of a writer that others were faster than. */
const longestPauseMs = 40

/** The task API; `rules` are those of the config. */
export const buildTaskApi = (parts: ServiceParts, rules: HttpRules = http): FastifyInstance => {
  const app = createServiceApp(stack, 'task-api', parts, [taskProblem])
  const dapr = bind(stack, 'task-api', parts.sidecar)
  const completion = { store: taskStore(dapr), events: taskEventPublisher(dapr), pause: () => delay(Math.random() * longestPauseMs) }
  const journal = createJournal({
    state: dapr.state('statestore'),
    complete: (id) => recoverTask(completion, id),
    timing: recovery,
    closedSeconds: retention.closedJournalSeconds,
    log: app.log,
  })
  app.addHook('onReady', async () => { journal.start() })
  app.addHook('onClose', () => journal.close())
  taskRoutes(app, taskUseCases({ ...completion, journal, log: app.log }), rules)
  app.register(implement(stack, 'task-api', taskSubscriptions(dapr), parts))
  return app
}
