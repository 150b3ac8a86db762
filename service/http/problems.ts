import * as z from 'zod'

/** What a service answers that is an error: the catalogue (RFC 9457). `docs/errors.md` is made of it. */
export interface ProblemKind {
  readonly status: number
  /** What happened, the same in each answer of the kind. */
  readonly title: string
  /** What the caller can do about it. */
  readonly solve: string
}

export const problems = {
  'malformed-request': {
    status: 400,
    title: 'The request cannot be read',
    solve: 'Send valid JSON in UTF-8 and headers of the form that the detail names. The same request gets the same answer.',
  },
  unauthenticated: {
    status: 401,
    title: 'The caller is not known',
    solve: 'Send the token that the `WWW-Authenticate` header or the detail asks for; get a new one when yours has expired.',
  },
  forbidden: { status: 403, title: 'The caller may not do this', solve: 'Leave out what belongs to another user, or call as that user.' },
  'not-found': { status: 404, title: 'There is nothing here', solve: 'Check the path and the id. What was removed does not come back, and what belongs to others is not shown.' },
  'method-not-allowed': { status: 405, title: 'The resource does not take this method', solve: 'Use one of the methods in the `Allow` header.' },
  'not-acceptable': {
    status: 406,
    title: 'The answer has no type that is accepted',
    solve: 'Accept `application/json`, and `application/problem+json` for errors, or send no `Accept` header.',
  },
  'request-timeout': { status: 408, title: 'The request did not arrive in time', solve: 'Send the whole request at once, without pauses.' },
  conflict: { status: 409, title: 'Other writers were faster', solve: 'Send the same request again after the seconds in `Retry-After`.' },
  gone: { status: 410, title: 'The resource was removed', solve: 'Use a new Idempotency-Key to create another.' },
  'precondition-failed': {
    status: 412,
    title: 'The resource is not the version named',
    solve: 'GET the resource, decide anew, and send its `ETag` as `If-Match`.',
  },
  'content-too-large': { status: 413, title: 'The body is too large', solve: 'Send less: `/openapi.json` says how long each field may be.' },
  'uri-too-long': { status: 414, title: 'The address is too long', solve: 'Use the ids that the service gave you.' },
  'unsupported-media-type': { status: 415, title: 'The body has a type that is not taken', solve: 'Send JSON with `Content-Type: application/json`.' },
  'invalid-request': { status: 422, title: 'The request breaks the schema', solve: 'Correct each of the `violations`; `/openapi.json` has the schema.' },
  'key-reused': {
    status: 422,
    title: 'The Idempotency-Key belongs to another request',
    solve: 'Send the same body again with this key, or use a new key.',
  },
  'precondition-required': {
    status: 428,
    title: 'The request must say which version it changes',
    solve: 'GET the resource and send its `ETag` as `If-Match`; `If-Match: *` takes any version.',
  },
  'headers-too-large': { status: 431, title: 'The headers are too large', solve: 'Send fewer or shorter headers.' },
  'internal-error': {
    status: 500,
    title: 'The service failed',
    solve: 'Report it with the `request_id`: the log of the service says more under it. Whether a change happened is not known.',
  },
  'not-ready': { status: 503, title: 'The service cannot take requests now', solve: 'Wait until `/ready` answers 200; the detail says what is missing.' },
  unavailable: {
    status: 503,
    title: 'Something the service needs is not available',
    solve: 'Send the same request again after the seconds in `Retry-After`, a POST with the same Idempotency-Key. The change may have happened.',
  },
} as const satisfies Readonly<Record<string, ProblemKind>>

export type ProblemCode = keyof typeof problems

/** Every code of the catalogue, in its order. */
export const problemCodes = Object.keys(problems) as [ProblemCode, ...ProblemCode[]] // Object.keys widens to string

const RequestViolation = z.object({
  path: z.string().meta({ description: 'A JSON Pointer that starts with the part of the request, such as `/body/title`.' }),
  message: z.string(),
})

/** One thing wrong in a request. */
export type RequestViolation = Readonly<z.infer<typeof RequestViolation>>

/** Where the service explains its problems: each has the code as its fragment. */
export const errorsPath = '/errors'

/** The body of a problem (`application/problem+json`). */
export const ProblemBody = z.object({
  type: z.string().meta({ format: 'uri-reference', description: 'Where the problem is explained.' }),
  title: z.string(),
  status: z.int().min(400).max(599),
  detail: z.string().meta({ description: 'What happened this time.' }),
  code: z.enum(problemCodes),
  solve: z.string().meta({ description: 'What the caller can do about it.' }),
  request_id: z.string().meta({ description: 'The `x-request-id` of the answer; the log of the service has it.' }),
  violations: z.array(RequestViolation).optional().meta({ description: 'Everything in the request that breaks the schema.' }),
})
export type ProblemBody = z.infer<typeof ProblemBody>

export interface ProblemExtras {
  readonly violations?: readonly RequestViolation[]
  /** Sent as `Retry-After`. */
  readonly retryAfterSeconds?: number
  /** Sent as `Allow`. */
  readonly allow?: readonly string[]
  /** Sent as `WWW-Authenticate`. */
  readonly challenge?: string
}

/** An answer that is an error; thrown by routes, and made of other errors by the error handler. */
export class Problem extends Error {
  override readonly name = 'Problem'
  readonly code: ProblemCode
  readonly extras: ProblemExtras

  constructor(code: ProblemCode, detail: string, extras: ProblemExtras = {}) {
    super(detail)
    this.code = code
    this.extras = extras
  }

  get status(): number {
    return problems[this.code].status
  }
}

/** A problem as its body says it. */
export const problemBody = ({ code, message, extras: { violations } }: Problem, requestId: string): ProblemBody => {
  const { title, status, solve } = problems[code]
  const body = { type: `${errorsPath}#${code}`, title, status, detail: message, code, solve, request_id: requestId }
  return violations === undefined ? body : { ...body, violations: [...violations] }
}
