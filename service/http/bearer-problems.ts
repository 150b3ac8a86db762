import { Problem } from './problems.ts'

/** No token was sent: nothing is said of one (RFC 6750). */
export const noToken = (): Problem => new Problem('unauthenticated', 'send a JWT as `Authorization: Bearer …`', { challenge: 'Bearer' })

/** A token is refused (RFC 6750). */
export const badToken = (reason: string): Problem =>
  new Problem('unauthenticated', `the token is refused: ${reason}`, { challenge: `Bearer error="invalid_token", error_description="${reason}"` })
