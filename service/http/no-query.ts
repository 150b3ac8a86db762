import * as z from 'zod'

/** The query of a route that takes none: a parameter that nobody reads is a mistake of the caller. */
export const NoQuery = z.strictObject({})
