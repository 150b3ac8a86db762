import type { FastifyContextConfig, FastifyInstance, FastifySchema, RouteOptions } from 'fastify'

const methods = ['get', 'put', 'post', 'delete', 'patch'] as const

/** A route that is for callers, as an API's document needs it. */
export interface DocumentedRoute {
  readonly method: (typeof methods)[number]
  /** As Fastify has it: `/orders/:id`. */
  readonly url: string
  /** As OpenAPI has it: `/orders/{id}`. */
  readonly path: string
  readonly schema: FastifySchema
  readonly config: FastifyContextConfig
}

type RegisteredRoute = RouteOptions & { readonly url: string }

const documented = ({ method, url, schema = {}, config = {} }: RegisteredRoute): DocumentedRoute[] => {
  const taken = [method].flat().map((name) => name.toLowerCase())
  const path = url.replace(/:(\w+)/g, '{$1}')
  return methods.filter((name) => taken.includes(name)).map((name) => ({ method: name, url, path, schema, config }))
}

/** The routes for callers, once all are registered. Call it before. */
export const collectRoutes = (app: FastifyInstance): (() => DocumentedRoute[]) => {
  const routes: RegisteredRoute[] = []
  app.addHook('onRoute', (route) => { routes.push(route) })
  // Who may use a route is known only after the hooks of its own scope.
  return () => routes.filter(({ config }) => config?.access === undefined).flatMap(documented)
}
