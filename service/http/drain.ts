import type { FastifyInstance } from 'fastify'

/** Whether a service is on its way out. */
export interface Drain {
  readonly started: boolean
  start(): void
}

export const createDrain = (): Drain => {
  let started = false
  return {
    get started() {
      return started
    },
    start: () => {
      started = true
    },
  }
}

/** While the service drains, tells clients with each answer to take their next request elsewhere. */
export const serveDrain = (app: FastifyInstance, drain: Drain): void => {
  app.addHook('onSend', async (_request, reply) => {
    if (drain.started) reply.header('connection', 'close')
  })
}
