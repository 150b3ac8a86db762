import { jobName, jobRetry, jobRetryLimits } from '../jobs.ts'
import { dnsLabel, malformedKeys, outOfRange, type Rule, servicesOf } from './checks.ts'

const retrySettings = ['intervalSeconds', 'maxRetries'] as const

/** Rules of the kinds of jobs that apps schedule for themselves. */
export const jobRules: readonly Rule[] = [
  (stack) => servicesOf(stack).flatMap(([app, { jobs = {} }]) => malformedKeys(`services.${app}.jobs`, Object.keys(jobs), dnsLabel)),
  (stack) =>
    servicesOf(stack).flatMap(([app, { jobs = {} }]) =>
      Object.keys(jobs).flatMap((kind, _, kinds) =>
        kinds
          .filter((other) => other.startsWith(jobName(kind, '')))
          .map((other) => ({ path: `services.${app}.jobs.${other}`, message: `the name of a job "${jobName(other, '<id>')}" could be one of "${kind}"; choose another kind` })),
      ),
    ),
  (stack) =>
    servicesOf(stack).flatMap(([app, { jobs = {} }]) =>
      Object.entries(jobs).flatMap(([kind, declared]) =>
        retrySettings.flatMap((setting) => outOfRange(`services.${app}.jobs.${kind}.retry.${setting}`, jobRetry(declared)[setting], jobRetryLimits[setting])),
      ),
    ),
]
