import { sidecarPorts } from '../../config/define/index.ts'
import { quote } from './names.ts'
import type { Flaw, Rule } from './rule.ts'
import type { ContainerThing, Thing, WorkloadThing } from './thing.ts'
import { beside } from './things.ts'
import { isMap, type Json, listOf, mapOf, scalarOf, textOf, truthy, valueAt } from './values.ts'

const allContainers = ({ containers, initContainers }: WorkloadThing): readonly ContainerThing[] => [...containers, ...initContainers]

const inContainers = (workloads: readonly WorkloadThing[], look: (container: ContainerThing, thing: WorkloadThing) => readonly Omit<Flaw, 'thing'>[]): Flaw[] =>
  workloads.flatMap((thing) => allContainers(thing).flatMap((container) => look(container, thing).map((flaw) => ({ thing, ...flaw }))))

const tagOf = (image: string): string | undefined => /:([\w.-]+)$/.exec(image.split('@')[0] ?? '')?.[1]

const imageTag: Rule = {
  id: 'image-tag',
  reason: 'What runs is decided at each start of a pod anew, and nobody can tell or go back.',
  mend: 'Name a tag that does not move, or a digest.',
  check: ({ workloads }) =>
    inContainers(workloads, ({ body, path, name }) => {
      const image = textOf(body['image'])
      if (image === undefined || image.includes('@')) return []
      const tag = tagOf(image)
      return tag === undefined || tag === 'latest' ? [{ path: [...path, 'image'], what: `the image of container ${name} is ${image}, ${tag === undefined ? 'without a tag' : 'which moves'}` }] : []
    }),
}

const resourceRequests: Rule = {
  id: 'resource-requests',
  reason: 'The scheduler puts the pod on a node that is full, and it is the first to be evicted.',
  mend: 'Add `resources.requests` of cpu and memory.',
  check: ({ workloads }) =>
    inContainers(workloads, ({ body, path, name }) => {
      const requests = mapOf(mapOf(body['resources'])['requests'])
      const missing = ['cpu', 'memory'].filter((resource) => requests[resource] === undefined)
      return missing.length === 0 ? [] : [{ path: [...path, 'resources'], what: `container ${name} requests no ${missing.join(' and no ')}` }]
    }),
}

interface Probe {
  readonly path: string | undefined
  readonly port: string | undefined
}

const probeOf = ({ body }: ContainerThing, name: string): Probe | undefined => {
  const probe = body[name]
  if (!isMap(probe)) return undefined
  const { path, port } = mapOf(probe['httpGet'])
  return { path: textOf(path), port: scalarOf(port) }
}

/** Containers of an app that its sidecar, or a Service, sends requests to. */
const serving = (thing: WorkloadThing): ContainerThing[] => {
  const port = scalarOf(thing.annotations['dapr.io/app-port'])
  if (!truthy(thing.annotations['dapr.io/enabled']) || port === undefined) return []
  const named = thing.containers.filter(({ body }) => listOf(body['ports']).some((one) => scalarOf(mapOf(one)['containerPort']) === port))
  return named.length > 0 ? named : thing.containers.slice(0, 1)
}

const inServing = (workloads: readonly WorkloadThing[], look: (container: ContainerThing, thing: WorkloadThing) => readonly Omit<Flaw, 'thing'>[]): Flaw[] =>
  workloads.flatMap((thing) => serving(thing).flatMap((container) => look(container, thing).map((flaw) => ({ thing, ...flaw }))))

const probeMissing: Rule = {
  id: 'probe-missing',
  reason: 'Without readiness requests reach an app that cannot serve yet; without liveness one that hangs is never restarted.',
  mend: 'Add a readiness probe that asks whether the sidecar is there, and a liveness probe that asks the process alone.',
  check: ({ workloads }) =>
    inServing(workloads, (container) =>
      ['readinessProbe', 'livenessProbe'].filter((name) => !probeOf(container, name)).map((name) => ({ path: container.path, what: `container ${container.name} has no ${name}` })),
    ),
}

const ports: readonly string[] = Object.values(sidecarPorts).map(String)

const probeGate: Rule = {
  id: 'probe-gate',
  reason: 'A liveness probe that asks for others restarts healthy pods when those fail; a readiness probe that asks for nothing lets requests in before the sidecar is there; the sidecar listens for its own pod only.',
  mend: 'Let liveness ask the process alone (such as /health), readiness also the sidecar (such as /ready), both at the port of the app.',
  check: ({ workloads }) =>
    inServing(workloads, (container, thing) => {
      const [ready, live] = [probeOf(container, 'readinessProbe'), probeOf(container, 'livenessProbe')]
      const same = ready?.path !== undefined && ready.path === live?.path
      const atSidecar = ['readinessProbe', 'livenessProbe', 'startupProbe'].filter((name) => ports.includes(probeOf(container, name)?.port ?? ''))
      return [
        ...(same ? [{ path: [...container.path, 'livenessProbe'], what: `liveness and readiness of container ${container.name} both ask ${ready.path}` }] : []),
        ...atSidecar.map((name) => ({ path: [...container.path, name], what: `the ${name} of container ${container.name} asks the port of the sidecar` })),
        ...circle(thing, ready, live),
      ]
    }),
}

const circle = ({ annotations, template }: WorkloadThing, ready: Probe | undefined, live: Probe | undefined): Omit<Flaw, 'thing'>[] => {
  const path = scalarOf(annotations['dapr.io/app-health-check-path'])
  if (!truthy(annotations['dapr.io/enable-app-health-check']) || path === undefined || path !== ready?.path || path === live?.path) return []
  return [{ path: [...template, 'metadata', 'annotations', 'dapr.io/app-health-check-path'], what: `the sidecar waits for ${path}, and ${path} for the sidecar`, mend: `ask for ${live?.path ?? 'a path of the process alone'} instead` }]
}

const secretName = /(^|_)(PASSWORD|PASSWD|SECRET|TOKEN|API_?KEY|PRIVATE_?KEY|CREDENTIALS?)$/i

const envSecret: Rule = {
  id: 'env-secret',
  reason: 'Whoever may read the object, the repository or the logs of a deployment has the secret.',
  mend: 'Put it into a Secret and write `valueFrom.secretKeyRef`.',
  check: ({ workloads }) =>
    inContainers(workloads, ({ body, path }) =>
      listOf(body['env']).flatMap((variable, index) => {
        const { name, value } = mapOf(variable)
        return typeof name === 'string' && secretName.test(name) && typeof value === 'string' && value !== '' ? [{ path: [...path, 'env', index], what: `${name} is written out` }] : []
      }),
    ),
}

const selects = (selector: Json, labels: Json): boolean => Object.keys(selector).length > 0 && Object.entries(selector).every(([name, value]) => labels[name] === value)

const selectorPods: Rule = {
  id: 'selector-pods',
  reason: 'The cluster refuses a workload that does not select its own pods.',
  mend: 'Make `selector.matchLabels` and the labels of the template equal.',
  check: ({ workloads }) =>
    workloads.flatMap((thing): Flaw[] => {
      const path = ['spec', 'selector', 'matchLabels']
      const selector = mapOf(valueAt(thing.body, path))
      return Object.keys(selector).length === 0 || selects(selector, thing.labels) ? [] : [{ thing, path, what: `${thing.kind} ${thing.name} does not select its own pods` }]
    }),
}

const servicesOf = (things: readonly Thing[]): { readonly thing: Thing; readonly selector: Json }[] =>
  things.filter(({ kind, apiVersion }) => kind === 'Service' && apiVersion === 'v1').map((thing) => ({ thing, selector: mapOf(valueAt(thing.body, ['spec', 'selector'])) }))

const servicePods: Rule = {
  id: 'service-pods',
  reason: 'Requests go to the pods of another app as well: two stacks in one namespace, or labels that are not specific.',
  mend: 'Give the pods of each workload a label of their own and select by that.',
  check: ({ all, workloads }) =>
    servicesOf(all).flatMap(({ thing, selector }): Flaw[] => {
      const found = beside(thing, workloads).filter(({ kind, labels }) => kind !== 'Job' && kind !== 'CronJob' && selects(selector, labels)).map(({ kind, name }) => `${kind}/${name}`)
      const different = [...new Set(found)]
      return different.length > 1 ? [{ thing, path: ['spec', 'selector'], what: `Service ${thing.name} selects the pods of ${quote(different)}` }] : []
    }),
}

const servicePort: Rule = {
  id: 'service-port',
  reason: 'Requests to the Service are refused.',
  mend: 'Let `targetPort` be a port, or the name of one, that a container has.',
  check: ({ all, workloads }) =>
    servicesOf(all).flatMap(({ thing, selector }) => {
      const declared = beside(thing, workloads).filter(({ labels }) => selects(selector, labels)).flatMap(({ containers }) => containers.flatMap(({ body }) => listOf(body['ports']).map(mapOf)))
      if (declared.length === 0) return []
      const known = new Set(declared.flatMap(({ name, containerPort }) => [scalarOf(name), scalarOf(containerPort)]))
      return listOf(valueAt(thing.body, ['spec', 'ports'])).flatMap((one, index): Flaw[] => {
        const { targetPort, port } = mapOf(one)
        const target = scalarOf(targetPort ?? port)
        return target === undefined || known.has(target) ? [] : [{ thing, path: ['spec', 'ports', index], what: `Service ${thing.name} sends to port ${target}, which no container has` }]
      })
    }),
}

/** Rules of pods and what leads to them. */
export const podRules: readonly Rule[] = [imageTag, resourceRequests, probeMissing, probeGate, envSecret, selectorPods, servicePods, servicePort]
