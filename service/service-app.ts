import type { FastifyInstance, FastifyServerOptions } from 'fastify'

import { type AnyStack, type AppOf, asyncApiOf } from '../config/define/index.ts'
import { createReadiness, requiredComponents, serveHealth, type Sidecar, sidecarProblem, traceHeadersOf, withTimeBudget, withTrace } from './dapr/index.ts'
import { createServer, type Drain, limitLoad, type ProblemTranslator, serveAuthentication, serveDocuments, serveDrain } from './http/index.ts'
import { limits } from './limits.ts'
import type { JwtSettings } from './settings.ts'

/** What a service is built from; everything of the process comes in here. */
export interface ServiceParts {
  readonly sidecar: Sidecar
  readonly drain: Drain
  readonly logger: NonNullable<FastifyServerOptions['logger']>
  /** What the sidecar proves itself with to the routes that are for Dapr alone. Default: none. */
  readonly appToken?: string | undefined
  /** Whose tokens authenticate callers. Default: none, and callers are not authenticated. */
  readonly jwt?: JwtSettings | undefined
}

/** Whatever a request's handler asks the sidecar keeps the promise of `limits.requestMs` and carries the request's trace. */
const followRequests = (app: FastifyInstance): void => {
  app.addHook('preHandler', ({ headers, id }, reply, done) =>
    withTimeBudget(limits.requestMs - reply.elapsedTime, () => withTrace(traceHeadersOf(headers, id), done)),
  )
}

/** What the services of a stack say of themselves. */
export interface ServiceOptions {
  /** Make problems of errors that are not the server's own; the first that knows an error decides. Default: none. */
  readonly translators?: readonly ProblemTranslator[]
  /** Which `sub` of a token can be a user here; others are refused. Default: every one. */
  readonly isUserId?: (sub: string) => boolean
}

/** What all services of a stack have in common: problems, authentication of callers, health and readiness, time limits, draining. */
export const createServiceApp = <const St extends AnyStack>(
  stack: St,
  app: AppOf<St>,
  { sidecar, drain, logger, jwt }: ServiceParts,
  { translators = [], isUserId = () => true }: ServiceOptions = {},
): FastifyInstance => {
  const server = createServer({ logger, receiveMs: limits.receiveMs, translators: [sidecarProblem, ...translators] })
  // Hooks of closing run last first: what is added later may still ask the sidecar.
  server.addHook('onClose', () => sidecar.close())
  limitLoad(server, limits.requestsInFlight)
  serveAuthentication(server, jwt && { ...jwt, isUserId, fetchMs: limits.issuerKeysMs })
  followRequests(server)
  serveDocuments(server, { title: app, authenticated: jwt !== undefined, asyncApi: () => asyncApiOf(stack) })
  serveDrain(server, drain)
  const readiness = createReadiness(sidecar, requiredComponents(stack, app), server.log)
  serveHealth(server, { readiness, isDraining: () => drain.started, readyMs: limits.readyMs })
  return server
}
