import { describe, expect, test } from '@jest/globals'

import type { KubeObject } from '../../../cli/kube/index.ts'
import { sidecarError } from '../../../cli/kube/sidecar-log.ts'
import { failuresOf, fixFor } from '../../../cli/stack/up/failure.ts'
import { hasSidecar, phasesOf } from '../../../cli/stack/up/phases.ts'
import { isMissed, podLine, podOf } from '../../../cli/stack/up/pods.ts'
import { rolloutOf } from '../../../cli/stack/up/rollout.ts'
import { neededSecrets } from '../../../cli/stack/up/secrets.ts'
import { ordersObjects } from '../../infra/orders-chart.ts'

const orders = ordersObjects().map((object): KubeObject => ({ ...object, metadata: { ...object.metadata } }))
const object = (kind: string, rest: object, apiVersion = 'apps/v1'): KubeObject => ({ apiVersion, kind, metadata: { name: 'web', generation: 1 }, ...rest })

describe('the order of an apply', () => {
  test('is settings, then components, then apps', () => {
    expect(phasesOf(orders).map(({ name, objects }) => [name, new Set(objects.map(({ kind }) => kind))])).toEqual([
      ['settings', new Set(['ConfigMap', 'NetworkPolicy', 'ServiceAccount', 'Role', 'RoleBinding', 'PodDisruptionBudget', 'Service'])],
      ['components', new Set(['Component', 'Subscription', 'Resiliency', 'Configuration'])],
      ['apps', new Set(['Deployment'])],
    ])
  })

  test('has the namespace first, and what has no sidecar before the components', () => {
    const server = object('StatefulSet', { spec: { template: {} } })
    expect(phasesOf([...orders, server, object('Namespace', {}, 'v1')]).map(({ name }) => name)).toEqual(['namespace', 'settings', 'servers', 'components', 'apps'])
  })

  test('leaves no object out', () => {
    expect(phasesOf(orders).flatMap(({ objects }) => objects)).toHaveLength(orders.length)
  })

  test('knows an app by the annotation on its pods, not on itself', () => {
    const annotations = { 'dapr.io/enabled': 'true' }
    expect(hasSidecar(object('Deployment', { spec: { template: { metadata: { annotations } } } }))).toBe(true)
    expect(hasSidecar({ ...object('Deployment', { spec: { template: {} } }), metadata: { name: 'web', annotations } })).toBe(false)
  })
})

describe('a Deployment', () => {
  const deployment = (status: object) => rolloutOf(object('Deployment', { spec: { replicas: 2 }, status: { observedGeneration: 1, ...status } }))
  const all = { replicas: 2, updatedReplicas: 2, availableReplicas: 2 }

  test('is ready when all its pods are new and available', () => {
    expect(deployment(all)).toMatchObject({ ready: true })
  })

  test.each([
    ['an old pod is left', { ...all, replicas: 3 }, '2 of 2 pods available, 1 old ones still there'],
    ['a pod is not available', { ...all, availableReplicas: 1 }, '1 of 2 pods available'],
    ['only old pods are available', { ...all, updatedReplicas: 0 }, '0 of 2 pods available, 2 old ones still there'],
    ['its controller has not seen it', { ...all, observedGeneration: 0 }, 'not seen by its controller yet'],
  ])('is not ready while %s', (_, status, detail) => {
    expect(deployment(status)).toEqual({ ready: false, detail })
  })

  test('fails when its pods are refused', () => {
    const conditions = [{ type: 'ReplicaFailure', status: 'True', message: 'pods "web" is forbidden: violates PodSecurity' }]
    expect(deployment({ conditions })).toMatchObject({ ready: false, failure: expect.stringContaining('violates PodSecurity') })
  })
})

test('a StatefulSet is ready with all pods of its newest revision', () => {
  const set = (status: object) => rolloutOf(object('StatefulSet', { spec: { replicas: 1 }, status: { observedGeneration: 1, ...status } })).ready
  expect(set({ readyReplicas: 1, currentRevision: 'a', updateRevision: 'a' })).toBe(true)
  expect(set({ readyReplicas: 1, currentRevision: 'a', updateRevision: 'b' })).toBe(false)
  expect(set({ readyReplicas: 0, currentRevision: 'a', updateRevision: 'a' })).toBe(false)
})

test('a Job is ready when it is complete, and fails when it gives up', () => {
  const job = (type: string) => rolloutOf(object('Job', { spec: {}, status: { conditions: [{ type, status: 'True', message: 'too often' }] } }, 'batch/v1'))
  expect(job('Complete')).toMatchObject({ ready: true })
  expect(job('Failed')).toMatchObject({ ready: false, failure: 'too often' })
})

const container = (name: string, state: object, restartCount = 0, ready = false) => ({ name, ready, restartCount, state })
const pod = (containerStatuses: readonly object[], { enabled = 'true', sidecar = true } = {}) =>
  podOf({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'web-1', uid: '1', annotations: { 'dapr.io/enabled': enabled } },
    spec: { containers: [{ name: 'web' }, ...(sidecar ? [{ name: 'daprd' }] : [])] },
    status: { containerStatuses },
  })

describe('a pod', () => {
  test('was missed by the injector when it asks for a sidecar and has none', () => {
    expect(isMissed(pod([], { sidecar: false }))).toBe(true)
    expect(isMissed(pod([]))).toBe(false)
    expect(isMissed(pod([], { enabled: 'false', sidecar: false }))).toBe(false)
  })

  test('counts containers that have not started', () => {
    expect(podLine(pod([container('web', { running: {} }, 0, true)])).ready).toBe('1/2')
  })

  test.each([
    ['its image cannot be taken', container('web', { waiting: { reason: 'ImagePullBackOff', message: 'no such image' } }), 'waiting: ImagePullBackOff: no such image'],
    ['a container keeps ending', { ...container('daprd', { waiting: { reason: 'CrashLoopBackOff' } }, 2), lastState: { terminated: { reason: 'Error', exitCode: 1 } } }, 'waiting: CrashLoopBackOff (Error, exit code 1)'],
  ])('is stuck when %s', (_, status, why) => {
    expect(failuresOf([pod([status])])).toMatchObject([{ pod: 'web-1', why }])
  })

  test.each([
    ['it starts', container('web', { waiting: { reason: 'ContainerCreating' } })],
    ['it ended once', container('web', { waiting: { reason: 'CrashLoopBackOff' } }, 1)],
    ['it is ready', container('web', { running: {} }, 7, true)],
  ])('is not stuck when %s', (_, status) => {
    expect(failuresOf([pod([status])])).toEqual([])
  })
})

describe('one fix', () => {
  test.each([
    ['waiting: ImagePullBackOff', /push or load the image/],
    ['secret "redis" not found', /create the Secret redis in/],
    ["couldn't find key token in Secret shop/api", /add the key token/],
    ['pods "web" is forbidden: violates PodSecurity "restricted:latest"', /Pod Security level/],
    ['[INIT_COMPONENT_FAILURE]: initialization error occurred for store', /what stands behind the component/],
    ['WRONGPASS invalid username-password pair', /right credentials/],
    ['[INIT_COMPONENT_FAILURE]: dial tcp 10.0.0.1:6380: i/o timeout', /NetworkPolicies/],
    ['ended (OOMKilled, exit code 137)', /memory limit/],
  ])('is suggested for %s', (text, fix) => {
    expect(fixFor(['nothing known', text], 'none')).toMatch(fix)
  })

  test('is a look at the logs where nothing is known', () => {
    expect(fixFor(['???'], 'look')).toBe('look')
  })
})

test('the sidecar says why it ended in its last fatal line, else in its last error', () => {
  const line = (level: string, msg: string) => `time="1" level=${level} msg="${msg}"`
  expect(sidecarError([line('error', 'a'), line('fatal', 'b'), line('error', 'c')])).toContain('b')
  expect(sidecarError([line('info', 'a'), line('error', 'b')])).toContain('b')
  expect(sidecarError([line('info', 'a')])).toBeUndefined()
  expect(sidecarError([line('error', 'a'), line('error', 'Error from operator stream: rpc error: code = Canceled')])).toContain('a')
})

test('the Secrets that pods and components name are known by key', () => {
  const component = object('Component', { spec: { metadata: [{ name: 'password', secretKeyRef: { name: 'redis', key: 'password' } }] } }, 'dapr.io/v1alpha1')
  const env = [{ name: 'T', valueFrom: { secretKeyRef: { name: 'tokens', key: 'app' } } }, { name: 'U', valueFrom: { secretKeyRef: { name: 'maybe', key: 'x', optional: true } } }]
  const template = { metadata: { annotations: { 'dapr.io/api-token-secret': 'api' } }, spec: { containers: [{ env }], volumes: [{ secret: { secretName: 'files' } }] } }
  expect(neededSecrets([component, object('Deployment', { spec: { template } })])).toEqual([
    { secret: 'redis', key: 'password', by: 'web' },
    { secret: 'api', key: 'token', by: 'web' },
    { secret: 'tokens', key: 'app', by: 'web' },
    { secret: 'files', by: 'web' },
  ])
})
