import * as z from 'zod'

/** Items of one answer: how many without a `limit`, and at most. */
export const pageLimits = { default: 20, max: 100 } as const

/** Query of a list that is given in pages. A cursor is opaque; one that no list gave just begins somewhere. */
export const PageQuery = z.strictObject({
  limit: z.coerce.number().int().min(1).max(pageLimits.max).default(pageLimits.default),
  cursor: z
    .string()
    .regex(/^[A-Za-z0-9_-]{1,600}$/, { error: 'no cursor; use the next_cursor of the page before' })
    .optional(),
})

/** Where the next page begins; `null` at the end of the list. */
export const nextCursor = z.string().nullable()
