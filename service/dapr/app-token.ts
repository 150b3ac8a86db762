import { createHash, timingSafeEqual } from 'node:crypto'

import type { FastifyInstance, onRequestHookHandler } from 'fastify'

import { Problem } from '../http/index.ts'

/** The header in which Dapr sends the app's token (annotation `dapr.io/app-token-secret`). */
const header = 'dapr-api-token'

const digest = (text: string): Buffer => createHash('sha256').update(text).digest()

/** Lets only callers pass that have the app's token: its own sidecar. Others get 401. */
const requireAppToken = (token: string): onRequestHookHandler => {
  const expected = digest(token)
  return (request, _reply, done) => {
    const given = request.headers[header]
    // Digests have one length, which the comparison in constant time needs.
    const known = typeof given === 'string' && timingSafeEqual(digest(given), expected)
    done(known ? undefined : new Problem('unauthenticated', `this route is for the app's own sidecar; send its token in ${header}`))
  }
}

/** Makes every route that the scope gets from here on one for Dapr alone: not in the API's documents, and, where there is a token, for none but its bearer. */
export const keepForDapr = (scope: FastifyInstance, token: string | undefined): void => {
  scope.addHook('onRoute', (route) => { route.config = { ...route.config, access: 'dapr' } })
  if (token === undefined) scope.log.warn('There is no app token: whoever reaches the port may call the routes that are for Dapr; set APP_API_TOKEN')
  else scope.addHook('onRequest', requireAppToken(token))
}
