/** Every problem a service answers with (RFC 9457); the code is the last part of its `type`. */
export const problems = {
  'malformed-request': { status: 400, title: 'The request cannot be read' },
  unauthenticated: { status: 401, title: 'The caller is not known' },
  'not-found': { status: 404, title: 'There is nothing here' },
  'method-not-allowed': { status: 405, title: 'The resource does not take this method' },
  conflict: { status: 409, title: 'Other writers were faster' },
  gone: { status: 410, title: 'The resource was removed' },
  'precondition-failed': { status: 412, title: 'The resource is not the version named' },
  'content-too-large': { status: 413, title: 'The body is too large' },
  'uri-too-long': { status: 414, title: 'The address is too long' },
  'unsupported-media-type': { status: 415, title: 'The body has a type that is not taken' },
  'invalid-request': { status: 422, title: 'The request breaks the schema' },
  'key-reused': { status: 422, title: 'The Idempotency-Key belongs to another request' },
  'internal-error': { status: 500, title: 'The service failed' },
  'not-ready': { status: 503, title: 'The service cannot take requests now' },
  unavailable: { status: 503, title: 'Something the service needs is not available' },
} as const

export type ProblemCode = keyof typeof problems

/** One thing wrong in a request; `path` is a JSON Pointer that starts with the part of the request, such as `/body/title`. */
export interface RequestViolation {
  readonly path: string
  readonly message: string
}

export interface ProblemExtras {
  readonly errors?: readonly RequestViolation[]
  /** Sent as `Retry-After`. */
  readonly retryAfterSeconds?: number
  /** Sent as `Allow`. */
  readonly allow?: readonly string[]
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

/** The body of a problem (`application/problem+json`). */
export const problemBody = ({ code, message, extras }: Problem, requestId: string) => ({
  type: `urn:problem:${code}`,
  title: problems[code].title,
  status: problems[code].status,
  detail: message,
  code,
  request_id: requestId,
  ...(extras.errors === undefined ? {} : { errors: extras.errors }),
})
