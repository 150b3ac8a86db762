import { sidecarPorts } from '../../config/define/index.ts'
import type { Flaw, Rule } from './rule.ts'
import type { ContainerThing, WorkloadThing } from './thing.ts'
import { isMap, listOf, mapOf, scalarOf, textOf, truthy } from './values.ts'

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

const atHealth = /\/v1\.0\/healthz|:350[01]\b/

const probeGate: Rule = {
  id: 'probe-gate',
  reason: 'A liveness probe that asks for others restarts healthy pods when those fail; a readiness probe that asks for nothing lets requests in before the sidecar is there; the sidecar listens for its own pod only.',
  mend: 'Let liveness ask the process alone (such as /health), readiness also the sidecar (such as /ready), both at the port of the app.',
  check: ({ workloads }) =>
    inServing(workloads, (container, thing) => {
      const [ready, live] = [probeOf(container, 'readinessProbe'), probeOf(container, 'livenessProbe')]
      const same = ready?.path !== undefined && ready.path === live?.path
      const asks = (name: string): boolean => ports.includes(probeOf(container, name)?.port ?? '') || atHealth.test(JSON.stringify(mapOf(container.body[name])))
      const atSidecar = ['readinessProbe', 'livenessProbe', 'startupProbe'].filter(asks)
      return [
        ...(same ? [{ path: [...container.path, 'livenessProbe'], what: `liveness and readiness of container ${container.name} both ask ${ready.path}` }] : []),
        ...atSidecar.map((name) => ({ path: [...container.path, name], what: `the ${name} of container ${container.name} asks the port of the sidecar` })),
        ...circle(thing, ready, live),
      ]
    }),
}

const probePort: Rule = {
  id: 'probe-port',
  reason: 'The probe never succeeds: the pod never gets ready, or is restarted for ever.',
  mend: 'Ask a port, or the name of one, that the container has.',
  check: ({ workloads }) =>
    inServing(workloads, (container) => {
      const known = listOf(container.body['ports']).map(mapOf).flatMap(({ name, containerPort }) => [scalarOf(name), scalarOf(containerPort)])
      return ['readinessProbe', 'livenessProbe', 'startupProbe'].flatMap((name) => {
        const port = probeOf(container, name)?.port
        if (port === undefined || known.length === 0 || known.includes(port) || ports.includes(port)) return []
        return [{ path: [...container.path, name], what: `the ${name} of container ${container.name} asks port ${port}, which it does not have` }]
      })
    }),
}

const circle = ({ annotations, template }: WorkloadThing, ready: Probe | undefined, live: Probe | undefined): Omit<Flaw, 'thing'>[] => {
  const path = scalarOf(annotations['dapr.io/app-health-check-path'])
  if (!truthy(annotations['dapr.io/enable-app-health-check']) || path === undefined || path !== ready?.path || path === live?.path) return []
  return [{ path: [...template, 'metadata', 'annotations', 'dapr.io/app-health-check-path'], what: `the sidecar waits for ${path}, and ${path} for the sidecar`, mend: `ask for ${live?.path ?? 'a path of the process alone'} instead` }]
}

/** Rules of the probes of an app with a sidecar. */
export const probeRules: readonly Rule[] = [probeMissing, probeGate, probePort]
