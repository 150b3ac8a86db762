import type { FastifyInstance } from 'fastify'

import { healthRoute } from '../../config/define/index.ts'
import { Problem } from '../http/index.ts'
import type { Readiness } from './readiness.ts'
import { withTimeBudget } from './time-budget.ts'

export interface HealthOptions {
  readonly readiness: Readiness
  readonly isDraining: () => boolean
  /** The longest `/ready` may take, in milliseconds. */
  readonly readyMs: number
}

/** Serves `/health` (the process lives and does its work, also while it shuts down: its sidecar leaves when it does not) and `/ready` (it can take requests: 200, else 503 with the reasons). */
export const serveHealth = (app: FastifyInstance, { readiness, isDraining, readyMs }: HealthOptions): void => {
  app.get(healthRoute, { config: { access: 'public' } }, async () => ({ status: 'healthy' }))
  app.get('/ready', { config: { access: 'public' } }, async () => {
    const reasons = isDraining() ? ['the service is shutting down'] : await withTimeBudget(readyMs, () => readiness.reasons())
    if (reasons.length > 0) throw new Problem('not-ready', reasons.join('; '), { retryAfterSeconds: 1 })
    return { status: 'ready' }
  })
}
