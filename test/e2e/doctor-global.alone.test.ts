import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals'
import { z } from 'zod'

import { eventually } from '../../cli/eventually.ts'
import type { KubeObject, ObjectRef } from '../../cli/kube/port.ts'
import { findControlPlane } from '../../cli/stack/control-plane.ts'
import { images } from '../../infra/images.ts'
import { freshNamespace, removeNamespace } from './deployment.ts'
import { namesOf, type Patient, patientIn } from './doctor/patient.ts'

const dapr = 'dapr-system'
const webhook: ObjectRef = { apiVersion: 'admissionregistration.k8s.io/v1', kind: 'MutatingWebhookConfiguration', name: 'dapr-sidecar-injector' }
const part = (name: string): ObjectRef => ({ apiVersion: 'apps/v1', kind: 'Deployment', name, namespace: dapr })
const daprsystem: ObjectRef = { apiVersion: 'dapr.io/v1alpha1', kind: 'Configuration', name: 'daprsystem', namespace: dapr }

const Selected = z.looseObject({ webhooks: z.array(z.looseObject({})) })

/** An object as it can be made anew. */
const anew = (object: KubeObject): KubeObject => {
  const { name, namespace, labels, annotations } = object.metadata
  const { status: _, ...rest } = object
  return { ...rest, metadata: { name, ...(namespace !== undefined && { namespace }), ...(labels && { labels }), ...(annotations && { annotations }) } }
}

/** What breaks a cluster as a whole is done where nothing else runs, and mended whatever happens. */
describe('stack doctor, in a cluster that is broken', () => {
  const namespace = freshNamespace()
  let patient: Patient
  const mends: (() => Promise<unknown>)[] = []

  const found = async (ref: ObjectRef): Promise<KubeObject> => {
    const object = await patient.port.find(ref)
    if (!object) throw new Error(`there is no ${ref.kind} ${ref.name}`)
    return object
  }
  const untilControlPlane = (): Promise<void> =>
    eventually(async () => { expect((await findControlPlane(patient.port)).map(({ status }) => (status as { readyReplicas?: number }).readyReplicas)).toEqual([1, 1, 1]) }, { seconds: 120, everySeconds: 1 })
  const patched = async (ref: ObjectRef, path: string, value: unknown, before: unknown): Promise<void> => {
    const op = before === undefined ? 'add' : 'replace'
    mends.push(() => patient.port.patch(ref, [before === undefined ? { op: 'remove', path } : { op: 'replace', path, value: before }]))
    await patient.port.patch(ref, [{ op, path, value }])
  }
  const scaledDown = (name: string): Promise<void> => patched(part(name), '/spec/replicas', 0, 1)

  beforeAll(async () => {
    patient = await patientIn(namespace, process.env['STACK_IMAGE'] ?? images.app, { alone: true })
    await patient.untilFound()
    await eventually(async () => {
      for (const app of ['shop', 'billing']) expect(await patient.cluster.pods(app)).toMatchObject([{ ready: '2/2', allReady: true }])
    }, { seconds: 120 })
  }, 240_000)
  afterAll(async () => { await removeNamespace(patient.cluster) }, 180_000)
  afterEach(async () => {
    for (const mend of mends.splice(0).reverse()) await mend()
    await untilControlPlane()
    await patient.untilFound()
  }, 240_000)

  it('names the injector that is down, not the pod without a sidecar that comes of it, and that pod once the injector is back', async () => {
    await scaledDown('dapr-sidecar-injector')
    await eventually(async () => { expect(await patient.cluster.pods('dapr-sidecar-injector')).toEqual([]) }, { seconds: 60 })
    // A pod of the injector still answers while it ends, and gives a sidecar.
    await eventually(async () => {
      await patient.anew('shop')
      await eventually(async () => { expect(await patient.cluster.pods('shop')).toMatchObject([{ ready: expect.stringMatching(/\/1$/) }]) }, { seconds: 10 })
    }, { seconds: 90 })
    const { findings } = await patient.untilFound('injector-down Deployment/dapr-sidecar-injector')
    expect(findings[0]?.hidden?.join('\n')).toContain('no-sidecar of Deployment/shop')
    for (const mend of mends.splice(0)) await mend()
    await untilControlPlane()
    mends.push(() => patient.anew('shop'))
    await patient.untilFound('no-sidecar Deployment/shop')
  }, 240_000)

  it('names the webhook that is missing', async () => {
    const whole = await found(webhook)
    mends.push(() => patient.port.apply(anew(whole)))
    await patient.port.remove(webhook)
    await patient.untilFound('webhook-missing MutatingWebhookConfiguration/dapr-sidecar-injector')
  }, 240_000)

  it('names the namespace that the webhook passes over', async () => {
    const { webhooks } = Selected.parse(await found(webhook))
    await patched(webhook, '/webhooks/0/namespaceSelector', { matchExpressions: [{ key: 'kubernetes.io/metadata.name', operator: 'NotIn', values: [namespace] }] }, webhooks[0]?.['namespaceSelector'])
    await patient.untilFound(`namespace-excluded Namespace/${namespace}`)
  }, 240_000)

  it('names the operator that is down', async () => {
    await scaledDown('dapr-operator')
    await patient.untilFound('control-plane-down Deployment/dapr-operator')
  }, 240_000)

  it('names mTLS that is off', async () => {
    await found(daprsystem)
    await patched(daprsystem, '/spec/mtls/enabled', false, true)
    await patient.untilFound('mtls-off Configuration/daprsystem')
  }, 240_000)

  // No clock of a node can be set here: a node that writes such a lease stands for one whose clock is wrong.
  it('names the node whose clock is wrong', async () => {
    const name = `${namespace}-node`
    const [node, lease]: ObjectRef[] = [{ apiVersion: 'v1', kind: 'Node', name }, { apiVersion: 'coordination.k8s.io/v1', kind: 'Lease', name, namespace: 'kube-node-lease' }]
    if (!node || !lease) throw new Error('unreachable')
    mends.push(() => patient.port.remove(lease), () => patient.port.remove(node))
    await patient.port.apply({ apiVersion: node.apiVersion, kind: node.kind, metadata: { name }, spec: { unschedulable: true } })
    await patient.port.apply({ apiVersion: lease.apiVersion, kind: lease.kind, metadata: { name, namespace: 'kube-node-lease' }, spec: { holderIdentity: name, renewTime: new Date(Date.now() + 600_000).toISOString().replace('Z', '000Z') } })
    await patient.untilFound(`clock-skew Node/${name}`)
  }, 240_000)

  it('names Dapr that is not installed, in a stack and in a namespace without one', async () => {
    const all = [...(await findControlPlane(patient.port)), await found(webhook)]
    for (const object of all) mends.push(() => patient.port.apply(anew(object)))
    for (const { apiVersion, kind, metadata } of all) await patient.port.remove({ apiVersion, kind, name: metadata.name, namespace: metadata.namespace })
    await patient.untilFound('dapr-missing Cluster')
    expect(namesOf(await patient.look(null))).toEqual(['dapr-missing Cluster'])
  }, 240_000)
})
