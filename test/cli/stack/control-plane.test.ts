import { expect, test } from '@jest/globals'

import { type ClusterPort, type KubeObject, KubeRefusal } from '../../../cli/kube/port.ts'
import { controlPlane } from '../../../cli/stack/up/control-plane.ts'

const part = (name: string, readyReplicas = 1): KubeObject =>
  ({ apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name, namespace: 'dapr', labels: { app: name, 'app.kubernetes.io/version': '1.18.2' } }, status: { readyReplicas } })
const parts = ['dapr-operator', 'dapr-sentry', 'dapr-sidecar-injector']

/** A cluster with these Deployments, and with this in the Configuration of the control plane. */
const having = (deployments: readonly KubeObject[], spec: object = {}) =>
  ({
    list: async () => [...deployments],
    find: async ({ namespace, name }: Parameters<ClusterPort['find']>[0]) => (namespace === 'dapr' && name === 'daprsystem' ? { apiVersion: 'dapr.io/v1alpha1', kind: 'Configuration', metadata: { name }, spec } : undefined),
  })

const states = async (port: Pick<ClusterPort, 'list' | 'find'>) => (await controlPlane(port)).map(({ check, state }) => `${check} ${state}`)

test('a Dapr that is ready, with mTLS as it comes, is fit', async () => {
  expect(await states(having(parts.map((name) => part(name))))).toEqual(['Dapr ok', 'mTLS ok'])
  expect(await states(having(parts.map((name) => part(name)), { mtls: { enabled: true } }))).toEqual(['Dapr ok', 'mTLS ok'])
})

test('one with mTLS off is not, for nobody could tell who calls', async () => {
  const checks = await controlPlane(having(parts.map((name) => part(name)), { mtls: { enabled: false } }))
  expect(checks.at(-1)).toMatchObject({ check: 'mTLS', state: 'failed', mend: expect.stringContaining('global.mtls.enabled=true') })
})

test('one that lacks a part is not', async () => {
  expect(await states(having([part('dapr-operator'), part('dapr-sentry', 0)]))).toEqual(['Dapr failed'])
})

test('one that may not be looked at is a warning', async () => {
  expect(await states({ ...having([]), list: () => Promise.reject(new KubeRefusal(403, 'Forbidden', 'no')) })).toEqual(['Dapr warning'])
})
