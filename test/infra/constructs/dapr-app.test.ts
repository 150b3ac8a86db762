import { describe, expect, test } from '@jest/globals'

import { shutdownTimes } from '../../../config/define/index.ts'
import { orders } from '../../config/orders.ts'
import { find, namesOf, podOf } from '../manifest.ts'
import { ordersObjects } from '../orders-chart.ts'

const objects = ordersObjects()
const pod = (app: string) => podOf(find(objects, 'Deployment', app))

test('an app is a ServiceAccount, a Deployment and a Service of its name', () => {
  for (const kind of ['ServiceAccount', 'Deployment', 'Service']) expect(namesOf(objects, kind)).toEqual(['shop', 'billing'])
})

test('the Deployment runs as many pods as its settings say', () => {
  expect(find(objects, 'Deployment', 'shop').spec).toMatchObject({ replicas: 3, selector: { matchLabels: { app: 'shop' } } })
})

test('the container runs the command of its app, with its port and resources', () => {
  expect(pod('shop').spec.containers).toMatchObject([
    {
      name: 'shop',
      image: 'registry/orders:1.2.3',
      command: ['run', 'shop'],
      ports: [{ name: 'http', containerPort: 8000 }],
      resources: { requests: { cpu: '10m', memory: '16Mi' }, limits: { cpu: '20m', memory: '32Mi' } },
    },
  ])
})

test('readiness and liveness are asked on routes of their own', () => {
  expect(pod('billing').spec.containers).toMatchObject([
    { readinessProbe: { httpGet: { path: '/ready', port: 8001 } }, livenessProbe: { httpGet: { path: '/health', port: 8001 } } },
  ])
})

test('the Service leads its port to the port of the app', () => {
  expect(find(objects, 'Service', 'billing').spec).toEqual({
    type: 'ClusterIP',
    selector: { app: 'billing' },
    ports: [{ name: 'http', port: 8080, targetPort: 8001 }],
  })
})

test('the sidecar is asked for on the pod, not on the Deployment', () => {
  expect(pod('shop').metadata.annotations).toMatchObject({
    'dapr.io/enabled': 'true',
    'dapr.io/app-id': 'shop',
    'dapr.io/app-port': '8000',
    'dapr.io/config': 'shop',
    'dapr.io/enable-api-logging': 'true',
  })
  expect(find(objects, 'Deployment', 'shop').metadata).not.toHaveProperty('annotations')
})

describe('the life of a pod', () => {
  const drainSeconds = 33
  const draining = ordersObjects({ stack: { ...orders, shutdown: { drainSeconds } } })
  const { metadata, spec } = podOf(find(draining, 'Deployment', 'shop'))
  const times = shutdownTimes({ drainSeconds })

  test('ends when another has taken its place', () => {
    expect(find(draining, 'Deployment', 'shop').spec).toMatchObject({ strategy: { type: 'RollingUpdate', rollingUpdate: { maxUnavailable: 0, maxSurge: 1 } } })
  })

  test('ends with the drain of the app, which the sidecar and Kubernetes outwait', () => {
    expect(spec).toMatchObject({ terminationGracePeriodSeconds: times.terminationGraceSeconds, containers: [{ env: [{ name: 'DRAIN_SECONDS', value: '33' }] }] })
    expect(metadata.annotations).toMatchObject({
      'dapr.io/block-shutdown-duration': `${times.blockSeconds}s`,
      'dapr.io/graceful-shutdown-seconds': String(times.gracefulSeconds),
    })
  })

  test('is watched by the sidecar where the kubelet asks, too', () => {
    expect(spec.containers).toMatchObject([{ livenessProbe: { httpGet: { path: '/health' } } }])
    expect(metadata.annotations).toMatchObject({
      'dapr.io/enable-app-health-check': 'true',
      'dapr.io/app-health-check-path': '/health',
      'dapr.io/app-health-probe-interval': '1',
      'dapr.io/app-health-probe-timeout': '900',
      'dapr.io/app-health-threshold': '3',
    })
  })
})

test('a pod is selected by what its template carries', () => {
  expect(pod('shop').metadata.labels).toMatchObject({ app: 'shop' })
})

describe('an app that reads secrets', () => {
  const metadata = { name: 'shop', namespace: 'market' }

  test('has a token, and may get those secrets and no other', () => {
    expect(pod('shop').spec).toMatchObject({ serviceAccountName: 'shop', automountServiceAccountToken: true })
    expect(find(objects, 'Role', 'shop')).toMatchObject({
      metadata,
      rules: [{ apiGroups: [''], resources: ['secrets'], resourceNames: ['api-key'], verbs: ['get'] }],
    })
    expect(find(objects, 'RoleBinding', 'shop')).toMatchObject({
      metadata,
      roleRef: { kind: 'Role', name: 'shop' },
      subjects: [{ kind: 'ServiceAccount', name: 'shop' }],
    })
  })

  test('keeps the built-in secret store', () => {
    expect(pod('shop').metadata.annotations).not.toHaveProperty(['dapr.io/disable-builtin-k8s-secret-store'])
  })
})

describe('an app that reads none', () => {
  test('has neither token nor role', () => {
    expect(pod('billing').spec).toMatchObject({ serviceAccountName: 'billing', automountServiceAccountToken: false })
    expect(namesOf(objects, 'Role')).toEqual(['shop'])
    expect(namesOf(objects, 'RoleBinding')).toEqual(['shop'])
  })

  test('has no built-in secret store, which needs the token', () => {
    expect(pod('billing').metadata.annotations).toMatchObject({ 'dapr.io/disable-builtin-k8s-secret-store': 'true' })
  })
})
