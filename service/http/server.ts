import { randomUUID } from 'node:crypto'
import type { IncomingMessage } from 'node:http'

import { fastify, type FastifyInstance, type FastifyServerOptions, LogController } from 'fastify'
import { serializerCompiler, validatorCompiler } from 'fastify-type-provider-zod'

import { requireJsonAccepted } from './acceptable.ts'
import { serveUnknownRoutes } from './allowed-methods.ts'
import { answerClientError } from './client-errors.ts'
import { handleError, type ProblemTranslator, serveProblems } from './error-handler.ts'
import { errorsPage } from './errors-page.ts'
import { noCompilers } from './no-compilers.ts'
import { errorsPath } from './problems.ts'

export interface ServerOptions {
  readonly logger: NonNullable<FastifyServerOptions['logger']>
  /** How long a client may take to send a request, in milliseconds. */
  readonly receiveMs: number
  /** Make problems of errors that are not the server's own; the first that knows an error decides. */
  readonly translators: readonly ProblemTranslator[]
}

const sentId = /^[\w.-]{1,128}$/

/** A client's `x-request-id` if it is fit for a log, else a new one. */
const requestIdOf = ({ headers }: Pick<IncomingMessage, 'headers'>): string => {
  const sent = headers['x-request-id']
  return typeof sent === 'string' && sentId.test(sent) ? sent : randomUUID()
}

/** A Fastify app that checks requests by zod schemas and answers every error as problem+json. */
export const createServer = ({ logger, receiveMs, translators }: ServerOptions): FastifyInstance => {
  const app = fastify({
    logger,
    genReqId: requestIdOf,
    logController: new LogController({ disableRequestLogging: true }),
    schemaController: noCompilers,
    requestTimeout: receiveMs,
    return503OnClosing: false,
    routerOptions: { maxParamLength: 1000 },
    clientErrorHandler: answerClientError,
    frameworkErrors: (error, request, reply) => void handleError(error, request, reply, translators),
  })
  app.setValidatorCompiler(validatorCompiler)
  app.setSerializerCompiler(serializerCompiler)
  app.removeContentTypeParser('text/plain')
  app.addHook('onRequest', (request, reply, done) => {
    reply.header('x-request-id', request.id)
    done()
  })
  app.addHook('onRequest', requireJsonAccepted)
  serveProblems(app, translators)
  serveUnknownRoutes(app)
  app.get(errorsPath, { config: { access: 'public' } }, (_request, reply) => reply.type('text/markdown; charset=utf-8').send(errorsPage()))
  return app
}
