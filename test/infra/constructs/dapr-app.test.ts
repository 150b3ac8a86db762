import { describe, expect, test } from '@jest/globals'

import { shutdownTimes } from '../../../config/define/index.ts'
import { orders } from '../../config/orders.ts'
import { find, namesOf, podOf } from '../manifest.ts'
import { ordersObjects, small } from '../orders-chart.ts'

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

describe('what goes with a node', () => {
  test('is one pod of an app at a time', () => {
    expect(find(objects, 'PodDisruptionBudget', 'shop').spec).toEqual({ selector: { matchLabels: { app: 'shop' } }, maxUnavailable: 1, unhealthyPodEvictionPolicy: 'AlwaysAllow' })
  })

  test('is not all of an app where there are several nodes or zones, and one node takes all', () => {
    expect(pod('shop').spec).toMatchObject({
      affinity: { podAntiAffinity: { preferredDuringSchedulingIgnoredDuringExecution: [{ podAffinityTerm: { labelSelector: { matchLabels: { app: 'shop' } }, topologyKey: 'kubernetes.io/hostname' } }] } },
      topologySpreadConstraints: [{ labelSelector: { matchLabels: { app: 'shop' } }, whenUnsatisfiable: 'ScheduleAnyway' }],
    })
  })
})

describe('the resources of a sidecar', () => {
  const withSidecar = (memory: string) => ordersObjects({ apps: { shop: { ...small, sidecar: { requests: { cpu: '1m', memory: '2Mi' }, limits: { cpu: '3m', memory } }, priorityClass: 'urgent' }, billing: small } })
  const annotationsOf = (manifests = objects) => podOf(find(manifests, 'Deployment', 'shop')).metadata.annotations

  test('are there without being asked for, with the limit of Go below that of its memory', () => {
    expect(annotationsOf()).toMatchObject({ 'dapr.io/sidecar-cpu-request': '10m', 'dapr.io/sidecar-memory-request': '64Mi', 'dapr.io/sidecar-cpu-limit': '1', 'dapr.io/sidecar-memory-limit': '256Mi', 'dapr.io/env': 'GOMEMLIMIT=230MiB' })
  })

  test('are those of the settings, as is the priority of its pods', () => {
    expect(annotationsOf(withSidecar('1Gi'))).toMatchObject({ 'dapr.io/sidecar-cpu-limit': '3m', 'dapr.io/sidecar-memory-limit': '1Gi', 'dapr.io/env': 'GOMEMLIMIT=921MiB' })
    expect(podOf(find(withSidecar('1Gi'), 'Deployment', 'shop')).spec).toMatchObject({ priorityClassName: 'urgent' })
  })

  test.each(['256M', '0.5Gi', 'much'])('fail with a limit of memory of %s', (memory) => {
    expect(() => withSidecar(memory)).toThrow(`sidecar.limits.memory is "${memory}"; use a whole number of Mi or Gi, such as 256Mi`)
  })
})

describe('an app that reads secrets', () => {
  const metadata = { name: 'shop', namespace: 'market' }

  test('has a token in its sidecar alone, and may get those secrets and no other', () => {
    const { spec, metadata: { annotations } } = pod('shop')
    expect(spec).toMatchObject({ serviceAccountName: 'shop', automountServiceAccountToken: false, volumes: [{ name: 'tmp' }, { name: 'service-account', projected: { sources: [{ serviceAccountToken: { path: 'token' } }, { configMap: { name: 'kube-root-ca.crt' } }, { downwardAPI: {} }] } }] })
    expect(annotations).toMatchObject({ 'dapr.io/volume-mounts': 'service-account:/var/run/secrets/kubernetes.io/serviceaccount' })
    expect(spec.containers).toMatchObject([{ volumeMounts: [{ name: 'tmp', mountPath: '/tmp' }] }])
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
