import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'

import { Problem, problemBody, type ProblemCode, problemCodes, problems } from './problems.ts'
import { violationsOf } from './violations.ts'

/** Makes a problem of an error that it knows. */
export type ProblemTranslator = (error: unknown) => Problem | undefined

const codeOfStatus = (status: number): ProblemCode | undefined =>
  status === 400 ? 'malformed-request' : problemCodes.find((code) => status < 500 && problems[code].status === status)

/** Problems that Fastify itself finds: bodies it cannot parse, schema violations, sizes, media types. */
const frameworkProblem = (error: Partial<FastifyError>): Problem => {
  const violations = violationsOf(error)
  // A header that is not what it must be is a request that cannot be read; a body or a query can, and is refused.
  const broken = error.validationContext === 'headers' ? 'malformed-request' : 'invalid-request'
  if (violations.length > 0) return new Problem(broken, `${violations.length} violation(s) of the schema`, { violations })
  const { statusCode = 500, message = '' } = error
  const code = codeOfStatus(statusCode) ?? (statusCode < 500 ? 'malformed-request' : 'internal-error')
  return new Problem(code, code === 'internal-error' ? 'see the log of the service, by the request id' : message)
}

const problemOf = (error: unknown, translators: readonly ProblemTranslator[]): Problem => {
  if (error instanceof Problem) return error
  for (const translate of translators) {
    const problem = translate(error)
    if (problem) return problem
  }
  return frameworkProblem(error instanceof Error ? error : {})
}

/** Sends a problem with the headers that belong to it. */
export const sendProblem = (reply: FastifyReply, problem: Problem): FastifyReply => {
  const { retryAfterSeconds, allow, challenge } = problem.extras
  if (retryAfterSeconds !== undefined) reply.header('retry-after', retryAfterSeconds)
  if (allow !== undefined) reply.header('allow', allow.join(', '))
  if (challenge !== undefined) reply.header('www-authenticate', challenge)
  const body = JSON.stringify(problemBody(problem, reply.request.id))
  return reply.code(problem.status).type('application/problem+json').serializer((text: string) => text).send(body)
}

const report = ({ log }: FastifyRequest, problem: Problem, err: unknown): void => {
  if (problem.code === 'internal-error') log.error({ err }, 'Request failed')
  else if (problem.code === 'unavailable') log.warn({ err }, 'Request could not be served')
  else log.debug({ code: problem.code, detail: problem.message }, 'Request refused')
}

/** Answers an error as a problem; internals stay in the log. */
export const handleError = (error: unknown, request: FastifyRequest, reply: FastifyReply, translators: readonly ProblemTranslator[]): FastifyReply => {
  const problem = problemOf(error, translators)
  report(request, problem, error)
  return sendProblem(reply, problem)
}

/** Answers every error of the app as a problem. */
export const serveProblems = (app: FastifyInstance, translators: readonly ProblemTranslator[]): void => {
  app.setErrorHandler((error, request, reply) => handleError(error, request, reply, translators))
}
