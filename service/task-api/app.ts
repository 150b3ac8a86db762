import { setTimeout as delay } from 'node:timers/promises'

import type { FastifyInstance } from 'fastify'

import { http, type HttpRules, recovery, retention, stack } from '../../config/tasks/index.ts'
import { bind, createJournal, implement } from '../dapr/index.ts'
import type { ServiceParts } from '../service-app.ts'
import { createTaskService } from '../task-service.ts'
import { taskEventPublisher, taskStore } from './dapr-adapter.ts'
import { taskJobHandlers } from './jobs.ts'
import { preferencesStore } from './preferences.ts'
import { recommender } from './recommendations.ts'
import { recoverTask } from './recover-task.ts'
import { taskRoutes } from './routes.ts'
import { taskSubscriptions } from './subscriptions.ts'
import { taskProblem } from './task-errors.ts'
import { taskUseCases } from './use-cases.ts'
import { userProblem } from './user-errors.ts'
import { userRoutes } from './user-routes.ts'
import { recoverUser, userEventPublisher, userIdOf, userStore } from './user-store.ts'
import { userTasks } from './user-tasks.ts'
import { userUseCases } from './user-use-cases.ts'

/** Between two attempts of a writer that others were faster than. */
const longestPauseMs = 40

/** The task API; `rules` are those of the config. */
export const buildTaskApi = (parts: ServiceParts, rules: HttpRules = http): FastifyInstance => {
  const app = createTaskService('task-api', parts, [taskProblem, userProblem])
  const { log } = app
  const dapr = bind(stack, 'task-api', parts.sidecar)
  const pause = (): Promise<void> => delay(Math.random() * longestPauseMs)
  const completion = { store: taskStore(dapr), events: taskEventPublisher(dapr), pause }
  const userCompletion = { store: userStore(dapr), events: userEventPublisher(dapr), pause }
  const journal = createJournal({
    state: dapr.state('statestore'),
    complete: (key) => {
      const user = userIdOf(key)
      return user === undefined ? recoverTask(completion, key) : recoverUser(userCompletion, user)
    },
    timing: recovery,
    closedSeconds: retention.closedJournalSeconds,
    log,
  })
  app.addHook('onReady', async () => { journal.start() })
  app.addHook('onClose', () => journal.close())
  const preferences = preferencesStore(dapr)
  const lists = userTasks(dapr, completion.store)
  const tasks = taskUseCases({ ...completion, journal, log })
  const users = userUseCases({ ...userCompletion, journal, log, dapr }, preferences)
  taskRoutes(app, tasks, rules)
  userRoutes(app, { users, tasks: lists, recommendations: recommender(dapr, lists) })
  const deps = { dapr, store: completion.store, tasks, lists, preferences, users, now: () => new Date() }
  app.register(implement(stack, 'task-api', { ...taskSubscriptions(deps), ...taskJobHandlers(deps) }, parts))
  return app
}
