import { describe, expect, test } from '@jest/globals'

import type { KubeObject } from '../../../cli/kube/index.ts'
import { downPlan, isClaimOf } from '../../../cli/stack/down/plan.ts'
import { type AppStatus, statusText, touched } from '../../../cli/stack/status/report.ts'

const applied = { manager: 'dapr-stack', operation: 'Apply', fieldsV1: {} }
const object = (kind: string, managedFields: NonNullable<KubeObject['metadata']['managedFields']> = [applied], apiVersion = 'v1'): KubeObject => ({ apiVersion, kind, metadata: { name: 'web', namespace: 'shop', managedFields } })
const plain = (_: unknown, text: string): string => text

describe('down', () => {
  const plan = (live: readonly KubeObject[], data = false) => downPlan(live, data).map(({ object: { kind }, stays }) => (stays === undefined ? kind : `${kind} stays: ${stays}`))

  test('removes apps before components, those before servers, and what they need last', () => {
    const app = { ...object('Deployment', [applied], 'apps/v1'), spec: { template: { metadata: { annotations: { 'dapr.io/enabled': 'true' } } } } }
    const server = { ...object('StatefulSet', [applied], 'apps/v1'), spec: { template: {} } }
    expect(plan([object('Service'), server, object('Component', [applied], 'dapr.io/v1alpha1'), app])).toEqual(['Deployment', 'Component', 'StatefulSet', 'Service'])
  })

  test('keeps namespaces and volumes, unless data is to go', () => {
    const both = [object('Namespace', []), object('PersistentVolumeClaim', [])]
    expect(plan(both)).toEqual(['PersistentVolumeClaim stays: --data removes it too', 'Namespace stays: --data removes it too'])
    expect(plan(both, true)).toEqual(['PersistentVolumeClaim', 'Namespace'])
  })

  test('keeps what is not ours any more', () => {
    expect(plan([object('Service', [{ manager: 'helm', operation: 'Apply', fieldsV1: {} }])])).toEqual(['Service stays: somebody else has applied it anew'])
  })

  test('knows the volumes of a StatefulSet by their name', () => {
    const claim = (name: string): KubeObject => ({ ...object('PersistentVolumeClaim'), metadata: { name, namespace: 'shop' } })
    expect(['data-web-0', 'data-webshop-0', 'data-web', 'web-0'].map((name) => isClaimOf(claim(name), [object('StatefulSet')]))).toEqual([true, false, false, false])
  })
})

describe('status', () => {
  const app: AppStatus = { app: 'web', pods: [2, 2], restarts: 0, sidecars: ['1.18.2'], components: [1, 1], subscriptions: [1, 1], troubles: [] }
  const text = (apps: readonly AppStatus[], drift: readonly string[] = []) => statusText({ stack: 'shop', namespace: 'market', cluster: 'v1.34.3', apps, drift }, plain).split('\n')

  test('has a line for each app', () => {
    expect(text([app])).toEqual([
      'shop in namespace market, Kubernetes v1.34.3',
      '   APP  PODS  RESTARTS  SIDECAR  COMPONENTS  SUBSCRIPTIONS',
      '✓  web  2/2   0         1.18.2   1/1         1/1',
      'no drift since the last up',
    ])
  })

  test.each([
    ['a pod is not ready', { pods: [1, 2] }],
    ['there is no pod', { pods: [0, 0] }],
    ['no sidecar answers', { sidecars: [] }],
    ['a component is not loaded', { components: [0, 1] }],
    ['a subscription is not there', { subscriptions: [0, 1] }],
  ] as const)('marks an app when %s', (_, change) => {
    expect(text([{ ...app, ...change }])[2]).toMatch(/^✗/)
  })

  test('tells what is wrong and who changed something', () => {
    expect(text([{ ...app, troubles: ['component store is not loaded'] }], ['Service/web is gone']).slice(3)).toEqual(['  web: component store is not loaded', 'drift:', '  Service/web is gone'])
  })

  test('knows who changed an object by hand, and that controllers do not', () => {
    const ref = { apiVersion: 'v1', kind: 'Service', name: 'web' }
    const by = (manager: string) => ({ manager, operation: 'Update', time: '2026-01-02T00:00:00Z', fieldsV1: {} })
    expect(touched(ref, object('Service', [applied, by('kubectl-edit'), by('kube-controller-manager')]))).toEqual(['Service/web was changed by kubectl-edit at 2026-01-02T00:00:00Z'])
    expect(touched(ref, undefined)).toEqual(['Service/web is gone'])
  })
})
