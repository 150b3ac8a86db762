import type { FastifyInstance } from 'fastify'

import { Problem } from './problems.ts'

const retryAfterSeconds = 1

/**
 * Answers 503 with Retry-After while so many requests of clients are in flight: what is taken is answered in bounded time, and more would
 * only wait. What Dapr brings, and whoever asks for health or documents, is let through: it is how work gets done. Call it before routes are
 * registered.
 */
export const limitLoad = (app: FastifyInstance, maxInFlight: number): void => {
  let inFlight = 0
  app.addHook('onRequest', (request, reply, done) => {
    if (request.routeOptions.config.access !== undefined) {
      done()
      return
    }
    if (inFlight >= maxInFlight) {
      done(new Problem('unavailable', `${inFlight} requests are being answered; try again`, { retryAfterSeconds }))
      return
    }
    inFlight += 1
    // Comes once, also where the client has gone.
    reply.raw.once('close', () => { inFlight -= 1 })
    done()
  })
}
