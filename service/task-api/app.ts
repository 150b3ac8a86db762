import { setTimeout as delay } from 'node:timers/promises'

import type { FastifyInstance } from 'fastify'

import { recovery, retention, stack } from '../../config/tasks/index.ts'
import { bind, createJournal, implement } from '../dapr/index.ts'
import { createServiceApp, type ServiceParts } from '../service-app.ts'
import { taskEventPublisher, taskStore } from './dapr-adapter.ts'
import type { TaskIndex, UserDirectory } from './digest-job.ts'
import { taskJobHandlers } from './jobs.ts'
import { recoverTask } from './recover-task.ts'
import { taskRoutes } from './routes.ts'
import { taskSubscriptions } from './subscriptions.ts'
import { taskProblem } from './task-errors.ts'
import { taskUseCases } from './use-cases.ts'

/** Between two attempts of a writer that others were faster than. */
const longestPauseMs = 40

/** No users are kept yet, so nobody has a digest. */
const nobody: UserDirectory & TaskIndex = { find: async () => undefined, openTasksOf: async () => [] }

/** The task API. */
export const buildTaskApi = (parts: ServiceParts): FastifyInstance => {
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
  const tasks = taskUseCases({ ...completion, journal, log: app.log })
  taskRoutes(app, tasks)
  const deps = { store: completion.store, tasks, dapr, users: nobody, index: nobody, now: () => new Date() }
  app.register(implement(stack, 'task-api', { ...taskSubscriptions(deps), ...taskJobHandlers(deps) }, parts))
  return app
}
