import type { FastifyInstance, FastifyPluginAsync } from 'fastify'

import { type AnyStack, type AppOf, graphOf, type Method, methodRoute } from '../../config/define/index.ts'
import { correlationIdOf } from '../http/index.ts'
import { requireAppToken } from './app-token.ts'
import { deliver, type Subscription } from './event-delivery.ts'
import type { AnyImplementation, Implementation, MethodHandler } from './handlers.ts'

/** The largest message that daprd takes, too: nothing that a sidecar delivers is refused for its size. Bytes. */
const bodyLimit = 4 * 1024 * 1024

const acceptCloudEvents = (scope: FastifyInstance): void => {
  scope.addContentTypeParser(/^application\/[^;]+\+json/, { parseAs: 'string' }, scope.getDefaultJsonParser('error', 'error'))
}

const serveSubscription = (scope: FastifyInstance, route: string, subscription: Subscription): void => {
  scope.post(route, { bodyLimit }, async ({ body, log }) => ({ status: await deliver(subscription, body, log) }))
}

const serveMethod = (scope: FastifyInstance, name: string, method: Method, handler: MethodHandler<unknown, unknown>): void => {
  const schema = { body: method.request, response: { 200: method.response } }
  scope.post(methodRoute(name), { bodyLimit, schema }, (request) =>
    handler(request.body, { correlationId: correlationIdOf(request), log: request.log }),
  )
}

export interface ImplementOptions {
  /** What the sidecar proves itself with (`APP_API_TOKEN`). Default: none, and whoever reaches the port may call these routes. */
  readonly appToken?: string | undefined
}

/**
 * A Fastify plugin that serves what the stack declares for an app: a route per subscription and per method. A handler left out does not compile.
 * `/dapr/subscribe` stays a 404: any other answer would switch the declarative subscriptions off.
 */
export const implement = <const St extends AnyStack, const App extends AppOf<St>>(
  stack: St,
  app: App,
  implementation: Implementation<St, App>,
  { appToken }: ImplementOptions = {},
): FastifyPluginAsync => {
  const { topics, services }: AnyStack = stack
  // The handlers are looked up by the names that their types were derived from.
  const { subscriptions = {}, methods = {} } = implementation as AnyImplementation
  return async (scope) => {
    acceptCloudEvents(scope)
    if (appToken !== undefined) scope.addHook('onRequest', requireAppToken(appToken))
    for (const { topic, route } of graphOf(stack).subscriptions.filter((edge) => edge.app === app)) {
      serveSubscription(scope, route, { topic, events: topics[topic]?.events ?? {}, handlers: subscriptions[topic] ?? {} })
    }
    for (const [name, method] of Object.entries(services[app]?.methods ?? {})) {
      const handler = methods[name]
      if (handler) serveMethod(scope, name, method, handler)
    }
  }
}
