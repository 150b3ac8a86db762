import { z } from 'zod'

import type { KubeObject } from '../../kube/port.ts'

/** A step of `up`: objects that are applied together, in the order of the manifests. */
export interface ApplyPhase {
  readonly name: 'namespace' | 'settings' | 'servers' | 'components' | 'apps'
  readonly objects: readonly KubeObject[]
}

const Workload = z.object({
  spec: z.object({ template: z.object({ metadata: z.object({ annotations: z.record(z.string(), z.string()).default({}) }).default({ annotations: {} }) }) }),
})

const workloads = ['Deployment', 'StatefulSet', 'DaemonSet', 'Job']

/** Whether an object runs pods that `up` waits for. */
export const isWorkload = ({ kind }: KubeObject): boolean => workloads.includes(kind)

/** Annotations of the pods that a workload makes. */
export const podAnnotations = (object: KubeObject): Readonly<Record<string, string>> => Workload.safeParse(object).data?.spec.template.metadata.annotations ?? {}

/** Whether Dapr is to put a sidecar into the pods of a workload. */
export const hasSidecar = (object: KubeObject): boolean => isWorkload(object) && podAnnotations(object)['dapr.io/enabled'] === 'true'

const phaseOf = (object: KubeObject): ApplyPhase['name'] => {
  if (object.kind === 'Namespace' || object.kind === 'CustomResourceDefinition') return 'namespace'
  if (object.apiVersion.startsWith('dapr.io/')) return 'components'
  if (!isWorkload(object)) return 'settings'
  return hasSidecar(object) ? 'apps' : 'servers'
}

const order = ['namespace', 'settings', 'servers', 'components', 'apps'] as const

/**
 * The order of an apply: a sidecar ends at once when what its components name does not answer, so what they lead to is ready before
 * the apps start. Phases without objects are left out. Pure.
 */
export const phasesOf = (objects: readonly KubeObject[]): ApplyPhase[] =>
  order.map((name) => ({ name, objects: objects.filter((object) => phaseOf(object) === name) })).filter((phase) => phase.objects.length > 0)
