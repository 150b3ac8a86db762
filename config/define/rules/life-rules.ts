import { type Resilience, resilienceLimits } from '../resilience.ts'
import { shutdownLimits } from '../shutdown.ts'
import { outOfRange, type Rule } from './checks.ts'

const keys = Object.keys(resilienceLimits) as (keyof Resilience)[] // `satisfies` there holds them to these keys

/** Rules of how calls are bounded and how pods end. */
export const lifeRules: readonly Rule[] = [
  ({ resilience }) => keys.flatMap((key) => outOfRange(`resilience.${key}`, resilience[key], resilienceLimits[key])),
  ({ shutdown }) => outOfRange('shutdown.drainSeconds', shutdown.drainSeconds, shutdownLimits.drainSeconds),
  ({ shutdown: { drainSeconds }, delivery: { timeoutSeconds } }) =>
    drainSeconds >= timeoutSeconds
      ? []
      : [{ path: 'shutdown.drainSeconds', message: `${drainSeconds} s is less than the ${timeoutSeconds} s that a delivery under way may take; raise it or lower delivery.timeoutSeconds` }],
]
