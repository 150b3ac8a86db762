import { fastify, type FastifyInstance } from 'fastify'
import type { OpenAPIV3_1 as OpenApi } from 'openapi-types'

import { noCompilers } from '../no-compilers.ts'
import { type ApiNotes, completeDocument } from './openapi.ts'
import type { DocumentedRoute } from './routes.ts'

/** The page at `/docs` and the document behind it. */
export const docsPath = '/docs'

/**
 * A Fastify app with copies of the routes, none of which is ever called: what makes documents of routes must be there before them, and
 * loading it here, when a document is first asked for, costs a service no time at its start.
 */
export const createDocumentServer = async (routes: readonly DocumentedRoute[], notes: ApiNotes): Promise<FastifyInstance> => {
  const [{ fastifySwagger }, { fastifySwaggerUi }, { jsonSchemaTransform }] = await Promise.all([
    import('@fastify/swagger'),
    import('@fastify/swagger-ui'),
    import('fastify-type-provider-zod'),
  ])
  const app = fastify({ exposeHeadRoutes: false, schemaController: noCompilers })
  app.setValidatorCompiler(() => () => true)
  app.setSerializerCompiler(() => () => '')
  await app.register(fastifySwagger, {
    convertConstToEnum: false,
    openapi: { openapi: '3.1.0', info: { title: notes.title, version: '1.0.0', description: 'Errors: see /errors. Events: see /asyncapi.json.' } },
    transform: jsonSchemaTransform,
    transformObject: (made) => ('openapiObject' in made ? completeDocument(made.openapiObject as OpenApi.Document, routes, notes) : made.swaggerObject), // the version is stated above
  })
  for (const { method, url, schema } of routes) app.route({ method, url, schema, handler: async () => '' })
  await app.register(fastifySwaggerUi, { routePrefix: docsPath, uiConfig: { tryItOutEnabled: true } })
  await app.ready()
  return app
}
