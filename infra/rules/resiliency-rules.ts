import { meant, quote } from './names.ts'
import type { Flaw, Rule } from './rule.ts'
import type { Thing } from './thing.ts'
import { appIdsBeside, beside, type Things } from './things.ts'
import { goDuration, isMap, type Json, mapOf, type Path, scalarOf, textOf, valueAt } from './values.ts'

const policyKinds = { timeout: 'timeouts', retry: 'retries', circuitBreaker: 'circuitBreakers' } as const
type PolicyKind = keyof typeof policyKinds

const policiesOf = ({ body }: Thing, kind: PolicyKind): Json => mapOf(valueAt(body, ['spec', 'policies', policyKinds[kind]]))

interface Target {
  readonly path: Path
  readonly body: Json
}

const entriesAt = ({ body }: Thing, path: Path): Target[] => Object.entries(mapOf(valueAt(body, path))).map(([name, value]) => ({ path: [...path, name], body: mapOf(value) }))

const targetsOf = (thing: Thing): Target[] => [
  ...entriesAt(thing, ['spec', 'targets', 'apps']),
  ...entriesAt(thing, ['spec', 'targets', 'actors']),
  ...entriesAt(thing, ['spec', 'targets', 'components']).flatMap(({ path, body }) => ['inbound', 'outbound'].map((way) => ({ path: [...path, way], body: mapOf(body[way]) }))),
]

const resiliencyPolicy: Rule = {
  id: 'resiliency-policy',
  reason: 'Dapr takes a policy that is not there for none: nothing is bounded or repeated.',
  mend: 'Name a policy that `spec.policies` has.',
  check: ({ resiliencies }) =>
    resiliencies.flatMap((thing) =>
      targetsOf(thing).flatMap(({ path, body }) =>
        Object.keys(policyKinds).filter((key): key is PolicyKind => key in policyKinds).flatMap((kind): Flaw[] => {
          const name = textOf(body[kind])
          const known = Object.keys(policiesOf(thing, kind))
          return !name || known.includes(name) ? [] : [{ thing, path: [...path, kind], what: `there is no ${kind} policy "${name}"`, mend: meant(name, known, `add it to ${policyKinds[kind]}`) }]
        }),
      ),
    ),
}

const resiliencyTarget: Rule = {
  id: 'resiliency-target',
  reason: 'The policies are for something that is not there.',
  mend: 'Correct the name of the app or component.',
  check: (things) => {
    const look = (thing: Thing, kind: 'apps' | 'components', known: readonly string[]): Flaw[] =>
      known.length === 0 ? [] : Object.keys(mapOf(valueAt(thing.body, ['spec', 'targets', kind]))).filter((name) => !known.includes(name)).map((name) => ({ thing, path: ['spec', 'targets', kind, name], what: `there is no ${kind === 'apps' ? 'app' : 'Component'} "${name}" in namespace ${thing.namespace}`, mend: meant(name, known, 'correct it, or look at it too') }))
    return things.resiliencies.flatMap((thing) => [...look(thing, 'apps', appIdsBeside(thing, things)), ...look(thing, 'components', componentsBeside(thing, things))])
  },
}

const componentsBeside = (thing: Thing, { components }: Things): string[] => beside(thing, components).map(({ name }) => name)

const durations: readonly string[] = ['duration', 'maxInterval', 'interval', 'timeout']
const retryPolicies = ['constant', 'exponential']

const wrongDurations = (thing: Thing): Flaw[] => {
  const timeouts = Object.entries(policiesOf(thing, 'timeout')).map(([name, value]) => ({ path: ['spec', 'policies', 'timeouts', name], value }))
  const others = (['retry', 'circuitBreaker'] as const).flatMap((kind) =>
    Object.entries(policiesOf(thing, kind)).flatMap(([name, policy]) => Object.entries(mapOf(policy)).filter(([key]) => durations.includes(key)).map(([key, value]) => ({ path: ['spec', 'policies', policyKinds[kind], name, key], value }))),
  )
  return [...timeouts, ...others].flatMap(({ path, value }) => (typeof value === 'string' && !goDuration.test(value) ? [{ thing, path, what: `"${value}" is no duration`, mend: 'write one such as "500ms" or "1m"' }] : []))
}

const resiliencyValue: Rule = {
  id: 'resiliency-value',
  reason: 'The sidecar ignores the whole Resiliency.',
  mend: 'Write a duration such as "5s"; a retry is `constant` or `exponential`.',
  check: ({ resiliencies }) =>
    resiliencies.flatMap((thing) => [
      ...wrongDurations(thing),
      ...Object.entries(policiesOf(thing, 'retry')).flatMap(([name, policy]): Flaw[] => {
        const given = textOf(mapOf(policy)['policy'])
        return given === undefined || retryPolicies.includes(given) ? [] : [{ thing, path: ['spec', 'policies', 'retries', name, 'policy'], what: `"${given}" is no way to retry`, mend: `use one of ${quote(retryPolicies)}` }]
      }),
    ]),
}

const retryOf = (thing: Thing, { body }: Target): { readonly name: string; readonly policy: Json } | undefined => {
  const name = textOf(body['retry'])
  const policy = name === undefined ? undefined : policiesOf(thing, 'retry')[name]
  return name !== undefined && isMap(policy) ? { name, policy } : undefined
}

const retryEndless: Rule = {
  id: 'retry-endless',
  reason: 'Without `maxRetries` Dapr tries for ever: the caller never gets an answer, an event never becomes a dead letter.',
  mend: 'Give `maxRetries`.',
  check: ({ resiliencies }) =>
    resiliencies.flatMap((thing) =>
      Object.entries(policiesOf(thing, 'retry')).flatMap(([name, policy]) => {
        const most = scalarOf(mapOf(policy)['maxRetries'])
        return most === undefined || Number(most) < 0 ? [{ thing, path: ['spec', 'policies', 'retries', name], what: `the retry "${name}" never ends` }] : []
      }),
    ),
}

const retryEverything: Rule = {
  id: 'retry-everything',
  reason: 'Dapr repeats every answer but 200 to 399, also a POST and also a request that was wrong.',
  mend: 'List in `matching.httpStatusCodes` what may be repeated, such as "502-504", and only where a call may be made twice.',
  check: ({ resiliencies }) =>
    resiliencies.flatMap((thing) =>
      entriesAt(thing, ['spec', 'targets', 'apps']).flatMap((target) => {
        const retry = retryOf(thing, target)
        return retry && !isMap(retry.policy['matching']) ? [{ thing, path: [...target.path, 'retry'], what: `the retry "${retry.name}" of an app repeats every failure` }] : []
      }),
    ),
}

/** Rules of Dapr Resiliencies. */
export const resiliencyRules: readonly Rule[] = [resiliencyPolicy, resiliencyTarget, resiliencyValue, retryEndless, retryEverything]
