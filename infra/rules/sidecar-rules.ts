import { sidecarPorts } from '../../config/define/index.ts'
import { annotationAt } from './annotation-at.ts'
import { meant, repeats } from './names.ts'
import type { Flaw, Rule } from './rule.ts'
import type { WorkloadThing } from './thing.ts'
import { type AppThing, beside, type Things } from './things.ts'
import { listOf, mapOf, scalarOf, secondsOf, textOf, truthy } from './values.ts'

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
      .map(({ value: thing, first }) => ({ thing, path: annotationAt(thing, 'dapr.io/app-id'), what: `${first.kind} ${first.name} has the app id "${thing.id}" too` })),
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
      return ports.length === 0 || ports.includes(Number(given)) ? [] : [{ thing, path: annotationAt(thing, 'dapr.io/app-port'), what: `dapr.io/app-port is ${given}, and the containers have ${ports.join(', ')}` }]
    }),
}

const taken: readonly number[] = Object.values(sidecarPorts)

const sidecarPort: Rule = {
  id: 'sidecar-port',
  reason: 'The sidecar in the same pod listens there: one of the two does not start.',
  mend: 'Let the app listen on another port.',
  check: ({ apps }) =>
    apps.flatMap((thing) =>
      thing.containers.flatMap(({ body, path, name }) =>
        listOf(body['ports']).flatMap((one, index) => {
          const { containerPort } = mapOf(one)
          return typeof containerPort === 'number' && taken.includes(containerPort) ? [{ thing, path: [...path, 'ports', index], what: `container ${name} has port ${containerPort}` }] : []
        }),
      ),
    ),
}

const configurationMissing: Rule = {
  id: 'configuration-missing',
  reason: 'The sidecar does not start without the Configuration that it is told to read.',
  mend: 'Correct the name, or add the Configuration.',
  check: ({ apps, configurations }) =>
    apps.flatMap((thing): Flaw[] => {
      const name = scalarOf(thing.annotations['dapr.io/config'])
      const there = beside(thing, configurations).map((one) => one.name)
      return name === undefined || there.length === 0 || there.includes(name) ? [] : [{ thing, path: annotationAt(thing, 'dapr.io/config'), what: `there is no Configuration "${name}" in namespace ${thing.namespace}`, mend: meant(name, there, 'correct it, or add it') }]
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
        return secret === undefined || has ? [] : [{ thing, path: annotationAt(thing, name), what: `no container has ${variable}`, mend: `add ${variable} with secretKeyRef ${secret}, key token` }]
      }),
    ),
}

const isLoopback = (address: string): boolean => /^\[?(127\.\d+\.\d+\.\d+|::1|localhost)\]?$/.test(address.trim())

const sidecarOpen: Rule = {
  id: 'sidecar-open',
  reason: 'Whoever reaches the pod uses the sidecar as the app does: its stores, its topics, its secrets.',
  mend: 'Remove it, or give the sidecar a `dapr.io/api-token-secret`.',
  check: ({ apps }) =>
    apps.flatMap((thing): Flaw[] => {
      const name = 'dapr.io/sidecar-listen-addresses'
      const given = scalarOf(thing.annotations[name])
      const isKept = thing.annotations['dapr.io/api-token-secret'] !== undefined
      return given === undefined || isKept || given.split(',').every(isLoopback) ? [] : [{ thing, path: annotationAt(thing, name), what: `the sidecar of ${thing.id} listens on ${given}, and asks for no token` }]
    }),
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

/** Rules of an app and its sidecar together. */
export const sidecarRules: readonly Rule[] = [appId, appIdTwice, appPort, sidecarPort, configurationMissing, sidecarToken, sidecarOpen, sidecarSecretStore, shutdownTime]
