import { sidecarPorts } from '../../config/define/index.ts'
import { controlPlane, daprSystem } from '../constructs/control-plane.ts'
import { selectorOf } from '../constructs/labels.ts'
import { graphIn } from './graph.ts'
import { quote } from './names.ts'
import { closing, type Direction, podsUnder, type Pods, policiesIn } from './policies.ts'
import { behindService, type Door, isOpen } from './reach.ts'
import type { Flaw, Rule } from './rule.ts'
import type { ComponentThing, Thing } from './thing.ts'
import { type AppThing, beside, type Things } from './things.ts'
import { listOf, mapOf, valueAt } from './values.ts'

const spec = ['spec']
const tcp = (port: number): Door => ({ port, protocol: 'TCP' })

const namesPods = ({ body }: Thing): boolean => Object.keys(mapOf(valueAt(body, ['spec', 'podSelector']))).length > 0

/** What is missing would be added to the policy that is about these pods, rather than to one that closes all; without a policy nothing is missing. */
const flawAt = (pods: Pods, direction: Direction, things: Things, what: string): Flaw[] => {
  const policies = closing(pods, direction, things)
  const thing = policies.find(namesPods) ?? policies[0]
  return thing ? [{ thing, path: spec, what }] : []
}

const policyDns: Rule = {
  id: 'policy-dns',
  reason: 'The sidecar finds neither the control plane nor another app, for it resolves no name, and ends at its start.',
  mend: 'Allow egress to the cluster\'s DNS at port 53, over UDP and TCP.',
  check: (things) =>
    things.apps.flatMap((app) => {
      // Which pods these are differs from cluster to cluster.
      const anybody = (policy: Thing): boolean =>
        listOf(valueAt(policy.body, ['spec', 'egress'])).map(mapOf).some(({ ports }) => listOf(ports).length === 0 || listOf(ports).map(mapOf).some(({ port, protocol }) => (port === 53 || port === 5353 || typeof port === 'string') && protocol === 'UDP'))
      const policies = closing(app, 'egress', things)
      return policies.length === 0 || policies.some(anybody) ? [] : flawAt(app, 'egress', things, `the pods of ${app.id} may ask no DNS server`)
    }),
}

/** What no sidecar starts without; placement is for actors, and the scheduler for jobs. */
const needed = controlPlane.filter(({ app }) => app === 'dapr-operator' || app === 'dapr-sentry')

const policyControlPlane: Rule = {
  id: 'policy-control-plane',
  reason: 'Without Dapr\'s operator and sentry a sidecar gets neither its components nor its certificate, and ends at its start.',
  mend: `Allow egress to the pods of Dapr's control plane, at the ports of the pods and not of their Services: ${controlPlane.map(({ app, port }) => `${app} ${port}`).join(', ')}.`,
  check: (things) =>
    things.apps.flatMap((app) => {
      const away = needed.filter((part) => !isOpen(app, 'egress', { namespace: controlPlaneNamespace(app, things), labels: selectorOf(part.app) }, tcp(part.port), things))
      return away.length === 0 ? [] : flawAt(app, 'egress', things, `the pods of ${app.id} may not connect to ${away.map((part) => `${part.app} at ${part.port}`).join(' and ')}`)
    }),
}

/** Where the policies of an app look for the control plane: Dapr's own namespace, unless they name its pods in another one. */
const controlPlaneNamespace = (app: AppThing, things: Things): string => {
  const peers = closing(app, 'egress', things).flatMap(({ body }) => listOf(valueAt(body, ['spec', 'egress'])).flatMap((rule) => listOf(mapOf(rule)['to']).map(mapOf)))
  const named = peers.filter(({ podSelector }) => needed.some((part) => valueAt(podSelector, ['matchLabels', 'app']) === part.app)).map(({ namespaceSelector }) => valueAt(namespaceSelector, ['matchLabels', 'kubernetes.io/metadata.name']))
  return named.find((one) => typeof one === 'string') ?? daprSystem
}

const policySidecar: Rule = {
  id: 'policy-sidecar',
  reason: 'Invocations go from sidecar to sidecar: the port of the app is not used, and callers get an error after a time-out.',
  mend: `Allow TCP ${sidecarPorts.internalGrpc} from the pods of the caller to those of the callee, in both of their policies.`,
  check: (things) => {
    const door = tcp(sidecarPorts.internalGrpc)
    return things.all.flatMap((record) =>
      [...new Map(graphIn(record).invocations.map((one) => [`${one.caller} ${one.callee}`, one])).values()].flatMap(({ caller, callee }) => {
        const [from, to] = [caller, callee].map((id) => beside(record, things.apps).find((app) => app.id === id))
        if (!from || !to) return []
        const what = `${caller} invokes ${callee}, and ${sidecarPorts.internalGrpc} is closed`
        return [
          ...(isOpen(from, 'egress', to, door, things) ? [] : flawAt(from, 'egress', things, `${what} on the way out of ${caller}`)),
          ...(isOpen(to, 'ingress', from, door, things) ? [] : flawAt(to, 'ingress', things, `${what} on the way into ${callee}`)),
        ]
      }),
    )
  },
}

const address = /(?:^|[/@,=\s])([a-z0-9](?:[-a-z0-9]*[a-z0-9])?):(\d+)/g

/** Addresses of one word in a component's metadata: Services of its namespace. */
const serversOf = ({ entries }: ComponentThing): { readonly host: string; readonly port: number }[] =>
  entries.flatMap(({ value = '' }) => [...value.matchAll(address)].map(([, host = '', port]) => ({ host, port: Number(port) })))

/** A Service's port leads to one of its pods, which a policy is about. */
const podPort = (host: string, port: number, thing: Thing, { all }: Things): number => {
  const service = beside(thing, all).find(({ kind, name }) => kind === 'Service' && name === host)
  const target = listOf(valueAt(service?.body, ['spec', 'ports'])).map(mapOf).find((one) => one['port'] === port)?.['targetPort']
  return typeof target === 'number' ? target : port
}

const policyServer: Rule = {
  id: 'policy-server',
  reason: 'The sidecar does not reach what stands behind its component, and ends at its start.',
  mend: 'Allow the port of the server, out of the pods of the apps in `scopes` and into those of the server.',
  check: (things) =>
    things.components.flatMap((component) =>
      serversOf(component).flatMap(({ host, port }) => {
        const servers = behindService(host, component, things)
        const door = tcp(podPort(host, port, component, things))
        const users = beside(component, things.apps).filter(({ id }) => component.scopes.length === 0 || component.scopes.includes(id))
        return users.flatMap((user) =>
          servers.flatMap((server) => {
            const what = `${user.id} uses ${component.name}, and ${host}:${door.port} is closed`
            return [
              ...(isOpen(user, 'egress', server, door, things) ? [] : flawAt(user, 'egress', things, `${what} on the way out of ${user.id}`)),
              ...(isOpen(server, 'ingress', user, door, things) ? [] : flawAt(server, 'ingress', things, `${what} on the way into ${server.name}`)),
            ]
          }),
        )
      }),
    ),
}

const policyPods: Rule = {
  id: 'policy-pods',
  reason: 'It protects nothing, and says nothing of that.',
  mend: 'Let `podSelector` name labels that pods have.',
  check: (things) =>
    policiesIn(things).flatMap((thing): Flaw[] => {
      if (podsUnder(thing, things).length > 0) return []
      const names = [...new Set(beside(thing, things.workloads).map(({ kind, name }) => `${kind}/${name}`))]
      return names.length === 0 ? [] : [{ thing, path: ['spec', 'podSelector'], what: `NetworkPolicy ${thing.name} selects no pod of ${quote(names)}` }]
    }),
}

const policyPort: Rule = {
  id: 'policy-port',
  reason: 'A NetworkPolicy is about the ports of pods, not of Services: this one opens a port at which nobody listens.',
  mend: 'Name the port that the container has.',
  check: (things) =>
    policiesIn(things).flatMap((thing) => {
      const pods = podsUnder(thing, things)
      const listens = pods.map((one) => one.containers.flatMap(({ body }) => listOf(body['ports']).map((port) => mapOf(port)['containerPort'])))
      if (pods.length === 0 || listens.some((ports) => ports.length === 0)) return []
      const known = new Set([...listens.flat(), ...(pods.some(({ name }) => things.apps.some((app) => app.name === name)) ? Object.values(sidecarPorts) : [])])
      return listOf(valueAt(thing.body, ['spec', 'ingress'])).flatMap((rule, index) =>
        listOf(mapOf(rule)['ports']).flatMap((one, at): Flaw[] => {
          const { port, endPort } = mapOf(one)
          return typeof port !== 'number' || endPort !== undefined || known.has(port) ? [] : [{ thing, path: ['spec', 'ingress', index, 'ports', at, 'port'], what: `NetworkPolicy ${thing.name} opens port ${port}, and the pods have ${[...known].join(', ')}` }]
        }),
      )
    }),
}

/** Rules of NetworkPolicies. Whether there are any is up to the cluster; those that are there must let Dapr work. */
export const policyRules: readonly Rule[] = [policyPods, policyPort, policyDns, policyControlPlane, policySidecar, policyServer]
