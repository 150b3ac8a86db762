import type { OpenAPIV3_1 as OpenApi } from 'openapi-types'
import * as z from 'zod'

import { Problem, problemBody, ProblemBody, type ProblemCode, problemCodes, problems } from '../problems.ts'
import { answerHeaders, type AnswerHeader, type AnswerNotes, headersOfProblem, problemsOf } from './answers.ts'
import type { DocumentedRoute } from './routes.ts'

type Answer = OpenApi.ResponseObject
type Schema = OpenApi.SchemaObject
type Operation = OpenApi.OperationObject

const headersOf = (names: readonly AnswerHeader[]) =>
  Object.fromEntries(['x-request-id' as const, ...names].map((name) => [name, { $ref: `#/components/headers/${name}` }]))

// Not from node:http: that is an HTTP client too, and the services have none but the Dapr binding's.
const reasons: Readonly<Record<string, string>> = { 200: 'OK', 201: 'Created', 202: 'Accepted', 204: 'No Content', 304: 'Not Modified' }

/** A good answer: what the schema says of its body, and what the route's notes say of the rest. */
const goodAnswer = (status: string, fromSchema: Answer | OpenApi.ReferenceObject | undefined, { description, headers = [], links }: AnswerNotes = {}): Answer => ({
  description: description ?? reasons[status] ?? '',
  headers: headersOf(headers),
  ...(fromSchema && 'content' in fromSchema && { content: fromSchema.content }),
  ...(links && { links }),
})

/** The answer of all problems that have one status. */
const problemAnswer = (codes: readonly ProblemCode[]): Answer => ({
  description: codes.map((code) => `\`${code}\`: ${problems[code].title}.`).join(' '),
  headers: headersOf(codes.flatMap(headersOfProblem)),
  content: {
    'application/problem+json': {
      schema: { $ref: '#/components/schemas/Problem' },
      examples: Object.fromEntries(codes.map((code) => [code, { $ref: `#/components/examples/${code}` }])),
    },
  },
})

/** By status. */
const problemAnswers = (codes: readonly ProblemCode[]): [string, Answer][] => {
  const statuses = new Set(codes.map((code) => problems[code].status))
  return [...statuses].map((status) => [String(status), problemAnswer(codes.filter((code) => problems[code].status === status))])
}

const answersOf = ({ schema, config }: DocumentedRoute, operation: Operation, authenticated: boolean): Record<string, Answer> => {
  const { answers = {}, problems: own = [] } = config
  const declared = (schema.response ?? {}) as Record<string, unknown> // Fastify types it unknown
  const statuses = [...new Set([...Object.keys(declared), ...Object.keys(answers)])].sort()
  const good = statuses.map((status): [string, Answer] => {
    const fromSchema = status in declared ? operation.responses?.[status] : undefined
    return [status, goodAnswer(status, fromSchema, answers[Number(status)])]
  })
  const shape = { hasBody: schema.body !== undefined, hasParams: schema.params !== undefined, hasAnswerBody: Object.keys(declared).length > 0, authenticated }
  return Object.fromEntries([...good, ...problemAnswers(problemsOf(own, shape))])
}

/** Moves a schema that has a title to the named ones. */
const named = (schemas: Record<string, Schema>, schema: Schema): Schema | OpenApi.ReferenceObject => {
  const { title } = schema
  if (title === undefined) return schema
  schemas[title] = schema
  return { $ref: `#/components/schemas/${title}` }
}

const withNamedSchemas = (schemas: Record<string, Schema>, content: Record<string, OpenApi.MediaTypeObject> = {}) =>
  Object.fromEntries(Object.entries(content).map(([type, media]) => [type, { ...media, ...(media.schema && !('$ref' in media.schema) && { schema: named(schemas, media.schema) }) }]))

const nameBodies = (schemas: Record<string, Schema>, operation: Operation): Operation => {
  const { requestBody } = operation
  if (requestBody && 'content' in requestBody) requestBody.content = withNamedSchemas(schemas, requestBody.content)
  for (const answer of Object.values(operation.responses ?? {})) {
    if ('content' in answer) answer.content = withNamedSchemas(schemas, answer.content)
  }
  return operation
}

const problemExamples = (): Record<string, OpenApi.ExampleObject> =>
  Object.fromEntries(problemCodes.map((code) => [code, { value: problemBody(new Problem(code, 'what happened this time'), 'the x-request-id') }]))

export interface ApiNotes {
  readonly title: string
  /** Whether callers must send a JWT. */
  readonly authenticated: boolean
}

/** Adds to a document made of the routes' schemas what these do not say: problems, headers, links, names, authentication. */
export const completeDocument = (document: OpenApi.Document, routes: readonly DocumentedRoute[], { authenticated }: ApiNotes): OpenApi.Document => {
  const { $schema: _draft, ...problem } = z.toJSONSchema(ProblemBody, { io: 'input' })
  const schemas: Record<string, Schema> = { Problem: problem as Schema } // JSON Schema 2020-12 is what OpenAPI 3.1 takes
  for (const route of routes) {
    const operation = document.paths?.[route.path]?.[route.method]
    if (operation) nameBodies(schemas, Object.assign(operation, { responses: answersOf(route, operation, authenticated) }))
  }
  const security = { securitySchemes: { bearer: { type: 'http' as const, scheme: 'bearer', bearerFormat: 'JWT' } } }
  const headers = structuredClone(answerHeaders) as Record<string, OpenApi.HeaderObject> // a copy that the library may write to
  const components = { schemas, headers, examples: problemExamples(), ...(authenticated && security) }
  return { ...document, components, ...(authenticated && { security: [{ bearer: [] }] }) }
}
