import { z } from 'zod'

import type { ClusterPort, KubeObject } from '../../kube/port.ts'
import { findControlPlane, injectorPart } from '../../stack/control-plane.ts'
import type { ClockEvidence, ControlPlaneEvidence, Evidence } from '../evidence.ts'
import type { Scene } from './scene.ts'

const api = 'dapr.io/v1alpha1'

/** The Configuration that Dapr's chart brings for all sidecars. */
const daprsystem = async (port: ClusterPort): Promise<KubeObject | null> => (await port.list(api, 'Configuration')).find(({ metadata }) => metadata.name === 'daprsystem') ?? null

/** Leaves out what was not seen. */
const given = <T extends object>(values: { readonly [K in keyof T]: T[K] | undefined }): T => Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as T

/** What the cluster has of Dapr. */
export const controlPlaneIn = async ({ port, probes: { look } }: Scene): Promise<ControlPlaneEvidence> => {
  const kinds = await look('the kinds that the cluster knows', () => port.serves(api, 'Component'))
  const [deployments, webhook, configuration] = await Promise.all([
    look('Dapr\'s control plane', () => findControlPlane(port)),
    look('the webhook of the injector', async () => (await port.find({ apiVersion: 'admissionregistration.k8s.io/v1', kind: 'MutatingWebhookConfiguration', name: injectorPart })) ?? null),
    kinds === true ? look('Dapr\'s own Configuration', () => daprsystem(port)) : undefined,
  ])
  return given<ControlPlaneEvidence>({ kinds, deployments, webhook, configuration })
}

export const namespaceLabelsOf = ({ port, namespace, probes }: Scene): Promise<Evidence['namespaceLabels']> =>
  probes.look('the labels of the namespace', async () => (await port.find({ apiVersion: 'v1', kind: 'Namespace', name: namespace }))?.metadata.labels ?? {})

const Lease = z.object({ metadata: z.object({ name: z.string() }), spec: z.object({ renewTime: z.string() }) })
const Node = z.object({ metadata: z.object({ name: z.string() }), status: z.object({ conditions: z.array(z.object({ type: z.string(), status: z.string() })).default([]) }).default({ conditions: [] }) })
const Made = z.object({ metadata: z.object({ creationTimestamp: z.string() }) })

/** The API server's time, by an object that it makes up and does not keep. */
const timeOf = async (port: ClusterPort, namespace: string): Promise<number> => {
  const made = await port.create({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'stack-doctor-clock', namespace } }, { dryRun: true })
  return Date.parse(Made.parse(made).metadata.creationTimestamp)
}

/** A node writes its lease every ten seconds: what is behind by less may only be about to be written. */
const leaseSeconds = 15

/** Clocks of nodes by their leases. One that is not ready does not write its lease, whatever its clock. Pure. */
export const clocksIn = (nowMs: number, leases: readonly unknown[], nodes: readonly unknown[]): ClockEvidence[] => {
  const ready = nodes.map((node) => Node.parse(node)).filter(({ status }) => status.conditions.some(({ type, status: is }) => type === 'Ready' && is === 'True')).map(({ metadata }) => metadata.name)
  const known = nodes.map((node) => Node.parse(node).metadata.name)
  return leases.flatMap((lease): ClockEvidence[] => {
    const { data } = Lease.safeParse(lease)
    if (!data || !known.includes(data.metadata.name)) return []
    const ahead = (Date.parse(data.spec.renewTime) - nowMs) / 1000
    if (ahead < 0 && !ready.includes(data.metadata.name)) return []
    return [{ node: data.metadata.name, aheadSeconds: ahead < -leaseSeconds || ahead > 0 ? ahead : 0 }]
  })
}

export const clocksOf = async ({ port, namespace, probes }: Scene): Promise<readonly ClockEvidence[]> =>
  (await probes.look('the clocks of the nodes', async () => {
    const [leases, nodes] = await Promise.all([port.list('coordination.k8s.io/v1', 'Lease', { namespace: 'kube-node-lease' }), port.list('v1', 'Node')])
    return clocksIn(await timeOf(port, namespace), leases, nodes)
  })) ?? []
