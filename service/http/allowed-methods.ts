import type { FastifyInstance } from 'fastify'

import { Problem } from './problems.ts'
import { sendProblem } from './error-handler.ts'

/** The routes of an app as patterns, filled while they are registered. */
type RouteTable = { readonly pattern: RegExp; readonly methods: readonly string[] }[]

const escape = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`)

/** A route's path with `:name` parameters, as a pattern for whole paths. */
const patternOf = (path: string): RegExp => {
  const segments = path.split('/').map((segment) => (segment.startsWith(':') ? '[^/]+' : escape(segment)))
  return new RegExp(`^${segments.join('/')}$`)
}

const allowedAt = (routes: RouteTable, url: string): string[] => {
  const path = url.split('?')[0] ?? url
  return [...new Set(routes.filter(({ pattern }) => pattern.test(path)).flatMap(({ methods }) => methods))].sort()
}

/** Answers 405 with `Allow` for a known path and 404 for any other. Call it before routes are registered. */
export const serveUnknownRoutes = (app: FastifyInstance): void => {
  const routes: RouteTable = []
  app.addHook('onRoute', ({ url, method }) => {
    routes.push({ pattern: patternOf(url), methods: [method].flat() })
  })
  app.setNotFoundHandler((request, reply) => {
    const allow = allowedAt(routes, request.url)
    const [path = ''] = request.url.split('?')
    return sendProblem(
      reply,
      allow.length > 0
        ? new Problem('method-not-allowed', `${request.method} is not taken here; use ${allow.join(' or ')}`, { allow })
        : new Problem('not-found', `there is no ${path}`),
    )
  })
}
