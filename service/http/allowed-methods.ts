import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'

import { sendProblem } from './error-handler.ts'
import { Problem } from './problems.ts'

/** The routes of an app as patterns, filled while they are registered. */
type RouteTable = { readonly pattern: RegExp; readonly methods: readonly string[] }[]

const escape = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`)

/** A route's path with `:name` parameters and a `*` at its end, as a pattern for whole paths. */
const patternOf = (path: string): RegExp => {
  const segments = path.split('/').map((segment) => (segment.startsWith(':') ? '[^/]+' : segment === '*' ? '.*' : escape(segment)))
  return new RegExp(`^${segments.join('/')}$`)
}

const methodsAt = (routes: RouteTable, path: string): string[] =>
  [...new Set(routes.filter(({ pattern }) => pattern.test(path)).flatMap(({ methods }) => methods))].sort()

const answerUnknown = (routes: RouteTable, { method, url }: FastifyRequest, reply: FastifyReply): FastifyReply => {
  const [path = ''] = url.split('?')
  const methods = methodsAt(routes, path)
  if (methods.length === 0) return sendProblem(reply, new Problem('not-found', `there is no ${path}`))
  const allow = [...methods, 'OPTIONS'].sort()
  if (method === 'OPTIONS') return reply.code(204).header('allow', allow.join(', ')).send()
  return sendProblem(reply, new Problem('method-not-allowed', `${method} is not taken here; use ${methods.join(' or ')}`, { allow }))
}

/**
 * For a known path answers OPTIONS with what is allowed and other methods with 405, and 404 for any other path, whatever the body is.
 * Call it before routes are registered.
 */
export const serveUnknownRoutes = (app: FastifyInstance): void => {
  const routes: RouteTable = []
  app.addHook('onRoute', ({ url, method }) => {
    routes.push({ pattern: patternOf(url), methods: [method].flat() })
  })
  app.addHook('onRequest', async (request, reply) => (request.is404 ? answerUnknown(routes, request, reply) : undefined))
}
