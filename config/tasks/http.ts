/** What the HTTP APIs of the stack ask of their clients. */
export interface HttpRules {
  /** Whether a request that changes a task must name its version in `If-Match`; without it, 428. */
  readonly requireIfMatch: boolean
}

/** Off: the clients that the stack was made for change tasks without naming a version. */
export const http: HttpRules = { requireIfMatch: false }
