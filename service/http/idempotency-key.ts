import * as z from 'zod'

/** The header that makes a creation repeatable. */
export const IdempotencyHeaders = z.object({
  'idempotency-key': z
    .string()
    .regex(/^[\x21-\x7e]{1,255}$/, { error: 'Not 1 to 255 visible ASCII characters; use a new UUID for each creation' })
    .optional()
    .meta({ description: 'Requests with the same key create one resource, and all get the answer of the first.' }),
})
