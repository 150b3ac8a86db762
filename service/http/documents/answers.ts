import { type ProblemCode, problemCodes, problems } from '../problems.ts'

/** Headers that answers have, as an API's document describes them. */
export const answerHeaders = {
  etag: { description: 'The version of the resource, for If-Match and If-None-Match.', required: true, schema: { type: 'string' } },
  location: { description: 'Where the resource is.', required: true, schema: { type: 'string', format: 'uri-reference' } },
  'x-request-id': { description: 'What the log has the request under.', required: true, schema: { type: 'string' } },
  'www-authenticate': { description: 'Which token is asked for.', required: true, schema: { type: 'string' } },
  'retry-after': { description: 'After how many seconds to try again.', schema: { type: 'integer', minimum: 0 } },
} as const

export type AnswerHeader = keyof typeof answerHeaders

/** What leads from an answer to another operation (an OpenAPI Link). */
export interface OperationLink {
  readonly operationId: string
  /** Parameter of that operation → runtime expression, such as `$response.body#/id`. */
  readonly parameters: Readonly<Record<string, string>>
}

/** What the document says of an answer beside its body. */
export interface AnswerNotes {
  /** Default: the reason phrase of the status. */
  readonly description?: string
  readonly headers?: readonly AnswerHeader[]
  readonly links?: Readonly<Record<string, OperationLink>>
}

declare module 'fastify' {
  interface FastifyContextConfig {
    /** By status: what the route's good answers have beside the body in its schema; also those without a body. */
    readonly answers?: Readonly<Record<number, AnswerNotes>>
    /** The problems of this route that do not follow from its schema. */
    readonly problems?: readonly ProblemCode[]
  }
}

/** What decides about problems that a route has without saying so. */
export interface RouteShape {
  readonly hasBody: boolean
  readonly hasParams: boolean
  readonly hasAnswerBody: boolean
  readonly authenticated: boolean
}

/** Every problem of a route, in the order of the catalogue. */
export const problemsOf = (own: readonly ProblemCode[], { hasBody, hasParams, hasAnswerBody, authenticated }: RouteShape): ProblemCode[] => {
  const codes = new Set<ProblemCode>([
    ...own,
    ...(['malformed-request', 'invalid-request', 'internal-error', 'unavailable'] as const),
    ...(hasBody ? (['content-too-large', 'unsupported-media-type'] as const) : []),
    ...(hasParams ? (['uri-too-long'] as const) : []),
    ...(hasAnswerBody ? (['not-acceptable'] as const) : []),
    ...(authenticated ? (['unauthenticated', 'forbidden'] as const) : []),
  ])
  return problemCodes.filter((code) => codes.has(code))
}

/** The headers that the answers of a problem have. */
export const headersOfProblem = (code: ProblemCode): AnswerHeader[] => {
  const { status } = problems[code]
  return status === 401 ? ['www-authenticate'] : status === 409 || status === 503 ? ['retry-after'] : []
}
