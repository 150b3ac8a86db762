import { sidecarAnnotations } from '../../imports/dapr-catalogue.ts'
import { meant, quote, repeats } from './names.ts'
import type { Flaw, Rule } from './rule.ts'
import type { WorkloadThing } from './thing.ts'
import { type AppThing, beside, type Things } from './things.ts'
import { goDuration, listOf, mapOf, quantity, scalarOf, secondsOf, textOf, truthy } from './values.ts'

const prefix = 'dapr.io/'
const known = Object.keys(sidecarAnnotations)

const ofDapr = (annotations: Readonly<Record<string, unknown>>): string[] => Object.keys(annotations).filter((name) => name.startsWith(prefix))
const placeOf = ({ template }: WorkloadThing, name: string) => [...template, 'metadata', 'annotations', name]

const annotationPlace: Rule = {
  id: 'annotation-place',
  reason: 'The injector looks at pods: there is no sidecar, and no error either.',
  mend: 'Move it to `spec.template.metadata.annotations`.',
  check: ({ workloads }) =>
    workloads.flatMap((thing) => {
      const { annotations, labels } = mapOf(thing.body['metadata'])
      const own = thing.kind === 'Pod' ? [] : ofDapr(mapOf(annotations)).map((name) => ({ thing, path: ['metadata', 'annotations', name], what: `${name} stands on the ${thing.kind}, not on its pods` }))
      const labelled = [['metadata', mapOf(labels)] as const, ...(thing.kind === 'Pod' ? [] : [['template', thing.labels] as const])]
      return [
        ...own,
        ...labelled.flatMap(([place, all]) => ofDapr(all).map((name) => ({ thing, path: [...(place === 'metadata' ? ['metadata'] : [...thing.template, 'metadata']), 'labels', name], what: `${name} is a label`, mend: 'make it an annotation of the pods' }))),
      ]
    }),
}

const annotationName: Rule = {
  id: 'annotation-name',
  reason: 'The injector ignores an annotation that it does not know.',
  mend: 'Correct the name.',
  check: ({ workloads }) =>
    workloads.flatMap((thing) =>
      ofDapr(thing.annotations).filter((name) => !known.includes(name)).map((name) => ({ thing, path: placeOf(thing, name), what: `Dapr knows no annotation ${name}`, mend: meant(name, known, 'remove it') })),
    ),
}

interface Form {
  readonly fits: (text: string) => boolean
  readonly words: string
}

const integer = (min: number, max = Infinity): Form => ({
  fits: (text) => /^-?\d+$/.test(text) && Number(text) >= min && Number(text) <= max,
  words: max === Infinity ? `an integer of ${min} or more` : `an integer from ${min} to ${max}`,
})
const oneOf = (...values: readonly string[]): Form => ({ fits: (text) => values.includes(text.toLowerCase()), words: `one of ${quote(values)}` })
const port = integer(1, 65_535)
const amount: Form = { fits: (text) => quantity.test(text), words: 'an amount such as "100m" or "128Mi"' }
const duration: Form = { fits: (text) => goDuration.test(text), words: 'a duration such as "10s"' }
const anything: Form = { fits: () => true, words: 'a text' }

const special: Readonly<Record<string, Form>> = {
  'app-id': { fits: (text) => /^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/.test(text), words: '1-63 of a-z, 0-9 and "-"' },
  'app-port': port,
  'metrics-port': port,
  'debug-port': port,
  'grpc-port': port,
  'internal-grpc-port': port,
  'app-max-concurrency': integer(1),
  'app-health-probe-interval': integer(1),
  'app-health-probe-timeout': integer(1),
  'app-health-threshold': integer(1),
  'graceful-shutdown-seconds': integer(-1),
  'block-shutdown-duration': duration,
  'app-protocol': oneOf('http', 'https', 'grpc', 'grpcs', 'h2c'),
  'log-level': oneOf('debug', 'info', 'warn', 'error', 'fatal'),
  'sidecar-cpu-request': amount,
  'sidecar-cpu-limit': amount,
  'sidecar-memory-request': amount,
  'sidecar-memory-limit': amount,
  'max-body-size': amount,
  'read-buffer-size': amount,
  'sidecar-seccomp-profile-type': oneOf('runtimedefault', 'unconfined', 'localhost'),
}

const byType: Readonly<Record<string, Form>> = { bool: oneOf('true', 'false', 'yes', 'no', 'y', 'n', 'on', 'off', 't', 'f', '1', '0'), int: integer(-1) }

const formOf = (name: string): Form => special[name.slice(prefix.length)] ?? byType[sidecarAnnotations[name] ?? ''] ?? anything

const annotationValue: Rule = {
  id: 'annotation-value',
  reason: 'The pod is refused, gets no sidecar, or Dapr takes the value for "false".',
  mend: 'Write a value that the annotation takes, as a text in quotes.',
  check: ({ workloads }) =>
    workloads.flatMap((thing) =>
      ofDapr(thing.annotations).flatMap((name): Flaw[] => {
        const value = thing.annotations[name]
        const path = placeOf(thing, name)
        if (typeof value !== 'string') return [{ thing, path, what: `${name} is ${JSON.stringify(value)}, no text`, mend: `write "${scalarOf(value) ?? ''}", in quotes` }]
        const { fits, words } = formOf(name)
        return fits(value) ? [] : [{ thing, path, what: `${name} is "${value}"`, mend: `write ${words}` }]
      }),
    ),
}

const annotationEnabled: Rule = {
  id: 'annotation-enabled',
  reason: 'Without it no sidecar is injected, whatever else is said.',
  mend: 'Add `dapr.io/enabled: "true"`.',
  check: ({ workloads }) =>
    workloads.flatMap((thing) => {
      const others = ofDapr(thing.annotations)
      return others.length === 0 || 'dapr.io/enabled' in thing.annotations ? [] : [{ thing, path: [...thing.template, 'metadata', 'annotations'], what: `${others[0] ?? ''} is there without dapr.io/enabled` }]
    }),
}

const appId: Rule = {
  id: 'app-id',
  reason: 'The id is then the name of the pod, another one at every start: no scope, policy or invocation can name it.',
  mend: 'Add `dapr.io/app-id`.',
  check: ({ apps }) =>
    apps.filter(({ annotations }) => annotations['dapr.io/app-id'] === undefined).map((thing) => ({ thing, path: [...thing.template, 'metadata', 'annotations'], what: `${thing.kind} ${thing.name} has a sidecar and no app id` })),
}

const appIdTwice: Rule = {
  id: 'app-id-twice',
  reason: 'Invocations and events of the one reach the other, and both write the same keys.',
  mend: 'Give each its own `dapr.io/app-id`.',
  check: ({ apps }) =>
    repeats(apps, ({ namespace, id }) => `${namespace}/${id}`)
      .filter(({ value, first }) => value.name !== first.name || value.kind !== first.kind)
      .map(({ value: thing, first }) => ({ thing, path: placeOf(thing, 'dapr.io/app-id'), what: `${first.kind} ${first.name} has the app id "${thing.id}" too` })),
}

const portsOf = ({ containers }: WorkloadThing): number[] => containers.flatMap(({ body }) => listOf(body['ports']).flatMap((one) => mapOf(one)['containerPort'] ?? [])).filter((one) => typeof one === 'number')

const isCalled = (app: AppThing, { subscriptions }: Things): boolean => beside(app, subscriptions).some(({ scopes }) => scopes.includes(app.id))

const appPort: Rule = {
  id: 'app-port',
  reason: 'The sidecar does not reach the app: no event, job or invocation arrives.',
  mend: 'Set `dapr.io/app-port` to the port that the app listens on.',
  check: (things) =>
    things.apps.flatMap((thing): Flaw[] => {
      const given = scalarOf(thing.annotations['dapr.io/app-port'])
      if (given === undefined) return isCalled(thing, things) ? [{ thing, path: [...thing.template, 'metadata', 'annotations'], what: `${thing.id} subscribes, and has no dapr.io/app-port` }] : []
      const ports = portsOf(thing)
      return ports.length === 0 || ports.includes(Number(given)) ? [] : [{ thing, path: placeOf(thing, 'dapr.io/app-port'), what: `dapr.io/app-port is ${given}, and the containers have ${ports.join(', ')}` }]
    }),
}

const configurationMissing: Rule = {
  id: 'configuration-missing',
  reason: 'The sidecar does not start without the Configuration that it is told to read.',
  mend: 'Correct the name, or add the Configuration.',
  check: ({ apps, configurations }) =>
    apps.flatMap((thing): Flaw[] => {
      const name = scalarOf(thing.annotations['dapr.io/config'])
      const there = beside(thing, configurations).map((one) => one.name)
      return name === undefined || there.length === 0 || there.includes(name) ? [] : [{ thing, path: placeOf(thing, 'dapr.io/config'), what: `there is no Configuration "${name}" in namespace ${thing.namespace}`, mend: meant(name, there, 'correct it, or add it') }]
    }),
}

const tokens = { 'dapr.io/api-token-secret': 'DAPR_API_TOKEN', 'dapr.io/app-token-secret': 'APP_API_TOKEN' } as const

const sidecarToken: Rule = {
  id: 'sidecar-token',
  reason: 'Dapr gives the token to its own container only: the app is refused, or cannot tell its sidecar from others.',
  mend: 'Give the container the same Secret by `env`.',
  check: ({ apps }) =>
    apps.flatMap((thing) =>
      Object.entries(tokens).flatMap(([name, variable]): Flaw[] => {
        const secret = scalarOf(thing.annotations[name])
        const has = thing.containers.some(({ body }) => listOf(body['env']).some((one) => mapOf(one)['name'] === variable) || listOf(body['envFrom']).some((one) => textOf(mapOf(mapOf(one)['secretRef'])['name']) === secret))
        return secret === undefined || has ? [] : [{ thing, path: placeOf(thing, name), what: `no container has ${variable}`, mend: `add ${variable} with secretKeyRef ${secret}, key token` }]
      }),
    ),
}

const tokenFolder = '/var/run/secrets/kubernetes.io/serviceaccount'

const withoutToken = (thing: AppThing, { all }: Things): boolean => {
  const own = thing.pod['automountServiceAccountToken']
  if (typeof own === 'boolean') return !own
  const account = beside(thing, all).find(({ kind, name }) => kind === 'ServiceAccount' && name === thing.pod['serviceAccountName'])
  return account?.body['automountServiceAccountToken'] === false
}

const sidecarSecretStore: Rule = {
  id: 'sidecar-secret-store',
  reason: 'The built-in secret store of a sidecar needs the token of the service account, and ends the sidecar at its start without one.',
  mend: 'Add `dapr.io/disable-builtin-k8s-secret-store: "true"`, or mount the token.',
  check: (things) =>
    things.apps
      .filter((app) => withoutToken(app, things) && !truthy(app.annotations['dapr.io/disable-builtin-k8s-secret-store']))
      .filter(({ annotations }) => !['dapr.io/volume-mounts', 'dapr.io/volume-mounts-rw'].some((name) => (scalarOf(annotations[name]) ?? '').includes(tokenFolder)))
      .map((thing) => ({ thing, path: [...thing.template, 'spec'], what: `the pods of ${thing.id} have no token of a service account` })),
}

const shutdownTime: Rule = {
  id: 'shutdown-time',
  reason: 'Kubernetes kills the pod before its sidecar has finished: events in hand are delivered again, calls are cut off.',
  mend: 'Raise `terminationGracePeriodSeconds` above the two together.',
  check: ({ apps }) =>
    apps.flatMap((thing): Flaw[] => {
      const given = thing.pod['terminationGracePeriodSeconds']
      const grace = typeof given === 'number' ? given : 30
      const graceful = Number(scalarOf(thing.annotations['dapr.io/graceful-shutdown-seconds']) ?? -1)
      const block = scalarOf(thing.annotations['dapr.io/block-shutdown-duration'])
      const needed = (block === undefined ? 0 : secondsOf(block)) + (graceful < 0 ? 5 : graceful)
      return grace > needed ? [] : [{ thing, path: [...thing.template, 'spec', 'terminationGracePeriodSeconds'], what: `the pods of ${thing.id} have ${grace} s to end, and the sidecar takes ${needed} s` }]
    }),
}

/** Rules of the annotations that a sidecar is made by. */
export const annotationRules: readonly Rule[] = [annotationPlace, annotationName, annotationValue, annotationEnabled, appId, appIdTwice, appPort, configurationMissing, sidecarToken, sidecarSecretStore, shutdownTime]
