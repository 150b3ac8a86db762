import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'

import { createDocumentServer, docsPath } from './document-server.ts'
import type { ApiNotes } from './openapi.ts'
import { collectRoutes } from './routes.ts'

export interface DocumentOptions extends ApiNotes {
  /** Makes the AsyncAPI document of the events. */
  readonly asyncApi: () => object
}

/** Lets another app answer a request; what this one has put into the headers stays. */
const handOver = ({ raw: request }: FastifyRequest, reply: FastifyReply, app: FastifyInstance): void => {
  reply.hijack()
  for (const [name, value] of Object.entries(reply.getHeaders())) if (value !== undefined) reply.raw.setHeader(name, value)
  app.routing(request, reply.raw)
}

/** Serves `/openapi.json`, `/asyncapi.json` and, as a page, `/docs`. Each is made when it is first asked for. Call it before routes are registered. */
export const serveDocuments = (app: FastifyInstance, { asyncApi, ...notes }: DocumentOptions): void => {
  const routes = collectRoutes(app)
  let made: Promise<FastifyInstance> | undefined
  const documents = (): Promise<FastifyInstance> => (made ??= createDocumentServer(routes(), notes))
  app.addHook('onClose', async () => (await made)?.close())
  const config = { access: 'public' } as const
  app.get('/openapi.json', { config }, async () => (await documents()).swagger())
  app.get('/asyncapi.json', { config }, async () => asyncApi())
  for (const url of [docsPath, `${docsPath}/*`]) app.get(url, { config }, async (request, reply) => { handOver(request, reply, await documents()) })
}
