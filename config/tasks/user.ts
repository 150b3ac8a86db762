import { z } from 'zod'

/** Id of a user: 1-100 letters, digits, `-` and `_`, a letter or digit first and last. Fit for keys, paths and names of jobs; a UUID is one. */
export const UserId = z.string().regex(/^[A-Za-z0-9](?:[A-Za-z0-9_-]{0,98}[A-Za-z0-9])?$/, {
  error: '1-100 letters, digits, "-" and "_", a letter or digit first and last',
})
export type UserId = z.infer<typeof UserId>
