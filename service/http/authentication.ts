import type { FastifyInstance, FastifyRequest } from 'fastify'

import { badToken, noToken } from './bearer-problems.ts'
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

const bearer = /^Bearer +([\w-]+\.[\w-]+\.[\w-]*)$/i

const tokenOf = ({ headers: { authorization } }: FastifyRequest): string => {
  if (authorization === undefined) throw noToken()
  const token = bearer.exec(authorization)?.[1]
  if (token === undefined) throw badToken('it is no JWT')
  return token
}

const isForCallers = ({ is404, routeOptions }: FastifyRequest): boolean => !is404 && routeOptions.config.access === undefined

/** Sets `caller` on each request, and refuses those of unknown callers to routes that are for callers. Without options everyone is `anyone`. */
export const serveAuthentication = (app: FastifyInstance, options: AuthenticationOptions | undefined): void => {
  app.decorateRequest('caller')
  if (options === undefined) {
    app.log.warn('Callers are not authenticated: whoever reaches the port may use the whole API; set JWT_ISSUER, JWT_AUDIENCE and JWT_JWKS_URL')
    app.addHook('onRequest', async (request) => { request.caller = anyone })
    return
  }
  const verifier = import('./token-verifier.ts').then(({ createTokenVerifier }) => createTokenVerifier(options))
  app.addHook('onRequest', async (request) => {
    request.caller = anyone
    if (!isForCallers(request)) return
    const id = await (await verifier)(tokenOf(request))
    if (!options.isUserId(id)) throw new Problem('forbidden', 'the sub of the token is no id that a user can have here')
    request.caller = { kind: 'user', id }
  })
}
