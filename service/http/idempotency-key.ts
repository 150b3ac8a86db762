import { Problem } from './problems.ts'

const visible = /^[\x21-\x7e]{1,255}$/

/**
 * Reads an `Idempotency-Key` header, as it stands.
 * @throws Problem 400 when it is not 1 to 255 visible ASCII characters
 */
export const parseIdempotencyKey = (header: string | readonly string[] | undefined): string | undefined => {
  if (header === undefined) return undefined
  if (typeof header === 'string' && visible.test(header)) return header
  throw new Problem('malformed-request', 'the Idempotency-Key is not 1 to 255 visible ASCII characters; use a new UUID for each task')
}
