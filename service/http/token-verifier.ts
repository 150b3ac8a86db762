import { createRemoteJWKSet, errors, jwtVerify } from 'jose'

import type { AuthenticationOptions } from './authentication.ts'
import { badToken } from './bearer-problems.ts'
import { Problem } from './problems.ts'

/** Asymmetric ones only: what verifies a token must not be able to make one. */
const algorithms = ['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512', 'ES256', 'ES384', 'ES512', 'EdDSA', 'Ed25519']
const clockToleranceSeconds = 30

/** Why a token is refused; undefined for an error that says nothing of the token. */
const refusal = (error: unknown): string | undefined => {
  if (error instanceof errors.JWTExpired) return 'it has expired'
  if (error instanceof errors.JWTClaimValidationFailed) return `its claim ${error.claim} is missing or not the one asked for`
  if (error instanceof errors.JWKSNoMatchingKey || error instanceof errors.JWKSMultipleMatchingKeys) return 'the issuer has no key of its kid'
  if (error instanceof errors.JOSEAlgNotAllowed || error instanceof errors.JOSENotSupported) return 'its alg is not taken'
  if (error instanceof errors.JWSSignatureVerificationFailed) return 'its signature is wrong'
  return error instanceof errors.JWSInvalid || error instanceof errors.JWTInvalid ? 'it is no JWT' : undefined
}

/** Gives the `sub` of a token that is good. */
export type TokenVerifier = (token: string) => Promise<string>

/**
 * Checks tokens by the keys that their issuer publishes, which are fetched when they are needed and kept.
 * @throws Problem 401 for a token that is not good, 503 when the keys cannot be had
 */
export const createTokenVerifier = ({ issuer, audience, jwksUrl, fetchMs }: AuthenticationOptions): TokenVerifier => {
  const keys = createRemoteJWKSet(new URL(jwksUrl), { timeoutDuration: fetchMs })
  const demands = { issuer, audience, algorithms, clockTolerance: clockToleranceSeconds, requiredClaims: ['sub', 'exp'] }
  return async (token) => {
    try {
      return (await jwtVerify(token, keys, demands)).payload.sub ?? ''
    } catch (error) {
      const reason = refusal(error)
      if (reason !== undefined) throw badToken(reason)
      throw Object.assign(new Problem('unavailable', 'the keys of the token issuer cannot be had', { retryAfterSeconds: 2 }), { cause: error })
    }
  }
}
