import type { FastifyInstance, FastifyPluginAsync } from 'fastify'

import { type AnyStack, type AppOf, graphOf, jobRoute, type Method, methodRoute, type SubscriptionEdge } from '../../config/define/index.ts'
import { correlationIdOf } from '../http/index.ts'
import { keepForDapr } from './app-token.ts'
import { type DeadLetterDesk, keepDeadLetter } from './dead-letters.ts'
import { deliver } from './event-delivery.ts'
import { failureNotes } from './failure-notes.ts'
import { handledMarks, type MarksOf } from './handled-marks.ts'
import type { AnyImplementation, Implementation, MethodHandler } from './handlers.ts'
import { deliverJob, type JobDesk } from './job-delivery.ts'
import { systemClock } from './journal/clock.ts'
import type { Sidecar } from './sidecar.ts'
import { createSoon } from './soon.ts'
import { stateStore } from './state-store.ts'

/** The largest message that daprd takes, too: nothing that a sidecar delivers is refused for its size. Bytes. */
const bodyLimit = 4 * 1024 * 1024

/** A dead letter comes in base64. */
const deadLetterLimit = 2 * bodyLimit

const acceptCloudEvents = (scope: FastifyInstance): void => {
  scope.addContentTypeParser(/^application\/[^;]+\+json/, { parseAs: 'string' }, scope.getDefaultJsonParser('error', 'error'))
}

const serveSubscription = (scope: FastifyInstance, { route, deadLetters }: SubscriptionEdge, desk: DeadLetterDesk): void => {
  scope.post(route, { bodyLimit }, async ({ body, log }) => ({ status: await deliver(desk, body, log) }))
  scope.post(deadLetters.route, { bodyLimit: deadLetterLimit }, async ({ body, log }) => ({ status: await keepDeadLetter(desk, body, log) }))
}

const serveMethod = (scope: FastifyInstance, name: string, method: Method, handler: MethodHandler<unknown, unknown>): void => {
  const schema = { body: method.request, response: { 200: method.response } }
  scope.post(methodRoute(name), { bodyLimit, schema }, (request) =>
    handler(request.body, { correlationId: correlationIdOf(request), log: request.log }),
  )
}

/** Also where the app declares no jobs: a route that is not there would be a success to Dapr, and a job that was scheduled before would be gone. */
const serveJobs = (scope: FastifyInstance, desk: JobDesk): void => {
  // A named parameter takes 100 characters, and a longer name would be a 404.
  scope.post<{ Params: { '*': string } }>(`${jobRoute}*`, { bodyLimit }, async (request, reply) => {
    const { params, body, log } = request
    const outcome = await deliverJob(desk, { name: params['*'], body, correlationId: correlationIdOf(request), log })
    return reply.code(outcome === 'done' ? 204 : 500).send()
  })
}

export interface ImplementOptions {
  /** The app's sidecar, through which it keeps what it handled and could not handle. */
  readonly sidecar: Sidecar
  /** What the sidecar proves itself with (`APP_API_TOKEN`). Default: none, and whoever reaches the port may call these routes. */
  readonly appToken?: string | undefined
  /** How the app knows what it handled. Default: `handledMarks`. Tests take it away to show what it does. */
  readonly marksOf?: MarksOf
}

/**
 * A Fastify plugin that serves what the stack declares for an app: a route per subscription, one for its dead letters, one per method, and one for its jobs. A handler left out does not compile.
 * `/dapr/subscribe` stays a 404: any other answer would switch the declarative subscriptions off.
 */
export const implement = <const St extends AnyStack, const App extends AppOf<St>>(
  stack: St,
  app: App,
  implementation: Implementation<St, App>,
  { sidecar, appToken, marksOf = handledMarks }: ImplementOptions,
): FastifyPluginAsync => {
  const { topics, services }: AnyStack = stack
  // The handlers are looked up by the names that their types were derived from.
  const { subscriptions = {}, methods = {}, jobs = {} } = implementation as AnyImplementation
  return async (scope) => {
    const soon = createSoon(systemClock())
    scope.addHook('onClose', () => soon.finish())
    acceptCloudEvents(scope)
    keepForDapr(scope, appToken)
    serveJobs(scope, { app, kinds: services[app]?.jobs ?? {}, handlers: jobs })
    for (const edge of graphOf(stack).subscriptions.filter((subscription) => subscription.app === app)) {
      const { topic } = edge
      const state = stateStore(sidecar, edge.marks)
      const reader = { topic, events: topics[topic]?.events ?? {}, handlers: subscriptions[topic] ?? {} }
      serveSubscription(scope, edge, { ...reader, app, state, marks: marksOf(state, topic, soon), failures: failureNotes(state, topic) })
    }
    for (const [name, method] of Object.entries(services[app]?.methods ?? {})) {
      const handler = methods[name]
      if (handler) serveMethod(scope, name, method, handler)
    }
  }
}
