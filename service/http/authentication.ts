import type { FastifyInstance, FastifyRequest } from 'fastify'
import { createRemoteJWKSet, errors, jwtVerify, type JWTVerifyGetKey } from 'jose'

import { anyone, type Caller } from './caller.ts'
import { Problem } from './problems.ts'

declare module 'fastify' {
  interface FastifyContextConfig {
    /**
     * Who may use the route: everyone, or only the app's own sidecar, which proves itself with the app token. Default: callers, who must
     * be authenticated where that is on.
     */
    readonly access?: 'public' | 'dapr'
  }
  interface FastifyRequest {
    /** Who asks; set before the route's handler runs. */
    caller: Caller
  }
}

/** Whose tokens are taken, and how they are checked. */
export interface AuthenticationOptions {
  /** `iss` of the tokens. */
  readonly issuer: string
  /** What must be among their `aud`. */
  readonly audience: string
  /** Where the issuer publishes the keys that it signs with. */
  readonly jwksUrl: string
  /** Which `sub` can be a user here; others are refused. */
  readonly isUserId: (sub: string) => boolean
  /** How long fetching the keys may take, in milliseconds. */
  readonly fetchMs: number
}

/** Asymmetric ones only: what verifies a token must not be able to make one. */
const algorithms = ['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512', 'ES256', 'ES384', 'ES512', 'EdDSA', 'Ed25519']
const clockToleranceSeconds = 30
const bearer = /^Bearer +([\w-]+\.[\w-]+\.[\w-]*)$/i

const unauthenticated = (detail: string, challenge: string): Problem => new Problem('unauthenticated', detail, { challenge })

/** RFC 6750: without a token nothing is said of it. */
const noToken = () => unauthenticated('send a JWT as `Authorization: Bearer …`', 'Bearer')

const badToken = (reason: string) => unauthenticated(`the token is refused: ${reason}`, `Bearer error="invalid_token", error_description="${reason}"`)

/** Why a token is refused; undefined for an error that says nothing of the token. */
const refusal = (error: unknown): string | undefined => {
  if (error instanceof errors.JWTExpired) return 'it has expired'
  if (error instanceof errors.JWTClaimValidationFailed) return `its claim ${error.claim} is missing or not the one asked for`
  if (error instanceof errors.JWKSNoMatchingKey || error instanceof errors.JWKSMultipleMatchingKeys) return 'the issuer has no key of its kid'
  if (error instanceof errors.JOSEAlgNotAllowed || error instanceof errors.JOSENotSupported) return 'its alg is not taken'
  if (error instanceof errors.JWSSignatureVerificationFailed) return 'its signature is wrong'
  return error instanceof errors.JWSInvalid || error instanceof errors.JWTInvalid ? 'it is no JWT' : undefined
}

const verified = async (token: string, keys: JWTVerifyGetKey, { issuer, audience }: AuthenticationOptions): Promise<string> => {
  try {
    const { payload } = await jwtVerify(token, keys, { issuer, audience, algorithms, clockTolerance: clockToleranceSeconds, requiredClaims: ['sub', 'exp'] })
    return payload.sub ?? ''
  } catch (error) {
    const reason = refusal(error)
    if (reason !== undefined) throw badToken(reason)
    throw Object.assign(new Problem('unavailable', 'the keys of the token issuer cannot be had', { retryAfterSeconds: 2 }), { cause: error })
  }
}

const callerOf = async ({ headers: { authorization } }: FastifyRequest, keys: JWTVerifyGetKey, options: AuthenticationOptions): Promise<Caller> => {
  if (authorization === undefined) throw noToken()
  const token = bearer.exec(authorization)?.[1]
  if (token === undefined) throw badToken('it is no JWT')
  const id = await verified(token, keys, options)
  if (!options.isUserId(id)) throw new Problem('forbidden', 'the sub of the token is no id that a user can have here')
  return { kind: 'user', id }
}

/** Sets `caller` on each request, and refuses those of unknown callers to routes that are for callers. Without options everyone is `anyone`. */
export const serveAuthentication = (app: FastifyInstance, options: AuthenticationOptions | undefined): void => {
  app.decorateRequest('caller')
  if (options === undefined) {
    app.log.warn('Callers are not authenticated: whoever reaches the port may use the whole API; set JWT_ISSUER, JWT_AUDIENCE and JWT_JWKS_URL')
    app.addHook('onRequest', async (request) => { request.caller = anyone })
    return
  }
  const keys = createRemoteJWKSet(new URL(options.jwksUrl), { timeoutDuration: options.fetchMs })
  app.addHook('onRequest', async (request) => {
    const open = request.is404 || request.routeOptions.config.access !== undefined
    request.caller = open ? anyone : await callerOf(request, keys, options)
  })
}
