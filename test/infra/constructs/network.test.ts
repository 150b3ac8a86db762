import { describe, expect, test } from '@jest/globals'

import { type AppSettings, type NetworkSettings, PubSub, SecretStore, serverClients, serverPeers, StateStore } from '../../../infra/constructs/index.ts'
import { orders } from '../../config/orders.ts'
import { find, type Manifest } from '../manifest.ts'
import { backends, ordersObjects, small } from '../orders-chart.ts'

interface Rule { readonly from?: readonly object[]; readonly to?: readonly object[]; readonly ports?: readonly { readonly port: number; readonly protocol: string }[] }
interface Spec { readonly ingress?: readonly Rule[]; readonly egress?: readonly Rule[] }
const policy = (name: string, objects: Manifest[] = ordersObjects()): Spec => find(objects, 'NetworkPolicy', name).spec as Spec

/** Who may connect at which port, one way or the other. */
const open = (rules: readonly Rule[] = []): [peer: object | 'anybody', ports: readonly number[] | 'all'][] =>
  rules.flatMap(({ from, to, ports }) => (from ?? to ?? ['anybody' as const]).map((peer): [object | 'anybody', readonly number[] | 'all'] => [peer, ports ? [...new Set(ports.map(({ port }) => port))] : 'all']))

const pods = (app: string) => ({ podSelector: { matchLabels: { app } } })
const elsewhere = (namespace: string, labels: object) => ({ namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': namespace } }, podSelector: { matchLabels: labels } })
const withNetwork = (network: NetworkSettings) => ordersObjects({ network })
const withShop = (settings: Partial<AppSettings>) => ordersObjects({ apps: { shop: { ...small, ...settings }, billing: small } })

test('every pod of the stack is closed in both directions, whatever it is', () => {
  expect(policy('orders-default-deny')).toEqual({ podSelector: { matchLabels: { 'app.kubernetes.io/part-of': 'orders' } }, policyTypes: ['Ingress', 'Egress'] })
})

describe('the pods of an app', () => {
  test('are reached by the sidecars of the apps that invoke it, and by nobody else', () => {
    expect(open(policy('billing').ingress)).toEqual([[pods('shop'), [50002]]])
    expect(policy('shop')).not.toHaveProperty('ingress')
  })

  test('reach DNS, Dapr, what they invoke and what stands behind their components, and nothing else', () => {
    expect(open(policy('billing').egress)).toEqual([
      [elsewhere('kube-system', { 'k8s-app': 'kube-dns' }), [53]],
      [elsewhere('dapr-system', { app: 'dapr-operator' }), [6500]],
      [elsewhere('dapr-system', { app: 'dapr-sentry' }), [50001]],
      [elsewhere('dapr-system', { app: 'dapr-placement-server' }), [50005]],
      [elsewhere('dapr-system', { app: 'dapr-scheduler-server' }), [50006]],
      [pods('redis'), [6379]],
    ])
    expect(policy('billing').egress?.[0]?.ports?.map(({ protocol }) => protocol)).toEqual(['UDP', 'TCP'])
    expect(open(policy('shop').egress)).toContainEqual([pods('billing'), [50002]])
  })

  test('reach the API server where they read Kubernetes Secrets, and not where the store is another one', () => {
    expect(open(policy('shop').egress)).toContainEqual(['anybody', [443, 6443]])
    expect(open(policy('billing').egress)).not.toContainEqual(['anybody', [443, 6443]])
    const vault = SecretStore.localFile({ file: 's.json' })
    expect(open(policy('shop', ordersObjects({ backends: { ...backends, vault } })).egress)).not.toContainEqual(['anybody', [443, 6443]])
  })

  test('are open to, and for, what their settings name', () => {
    const shop = policy('shop', withShop({ clients: [{ namespace: 'ingress', pods: { app: 'nginx' } }, { cidr: '10.1.0.0/16' }], reaches: [{ ports: [443] }] }))
    expect(open(shop.ingress)).toEqual([[elsewhere('ingress', { app: 'nginx' }), [8000]], [{ ipBlock: { cidr: '10.1.0.0/16' } }, [8000]]])
    expect(open(shop.egress)).toContainEqual(['anybody', [443]])
    expect(policy('shop', withShop({ clients: [{}] })).ingress).toEqual([{ ports: [{ protocol: 'TCP', port: 8000 }] }])
  })

  test('fail with a client that is a range and pods at once', () => {
    expect(() => withShop({ clients: [{ cidr: '10.1.0.0/16', pods: { app: 'a' } }] })).toThrow('a network peer has cidr "10.1.0.0/16" and pods; use one of the two')
  })
})

describe('what a cluster decides', () => {
  test('is where Dapr, DNS and the API server are, and who reads metrics', () => {
    const { ingress, egress } = policy('shop', withNetwork({
      daprNamespace: 'dapr',
      dns: { namespace: 'openshift-dns', pods: { dns: 'default' }, ports: [5353] },
      apiServer: { cidr: '10.0.0.1/32', ports: [6443] },
      metrics: [{ namespace: 'monitoring' }],
    }))
    expect(open(ingress)).toEqual([[{ namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'monitoring' } } }, [9090]]])
    expect(open(egress)).toEqual(expect.arrayContaining([[elsewhere('dapr', { app: 'dapr-sentry' }), [50001]], [elsewhere('openshift-dns', { dns: 'default' }), [5353]], [{ ipBlock: { cidr: '10.0.0.1/32' } }, [6443]]]))
  })

  test('is where traces go', () => {
    const traced = (endpointAddress: string) => open(policy('billing', ordersObjects({ tracing: { samplingRate: 1, zipkin: { endpointAddress } } })).egress).at(-1)
    expect(traced('http://zipkin.observability:9411/api/v2/spans')).toEqual(['anybody', [9411]])
    expect(traced('https://zipkin.example.com/api/v2/spans')).toEqual(['anybody', [443]])
    const target = { namespace: 'observability', ports: [4317] }
    const objects = ordersObjects({ tracing: { samplingRate: 1, otel: { endpointAddress: 'collector.observability:80', isSecure: true, protocol: 'grpc' }, target } })
    expect(open(policy('billing', objects).egress).at(-1)).toEqual([{ namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'observability' } } }, [4317]])
    expect(JSON.stringify(find(objects, 'Configuration', 'billing'))).not.toContain('target')
  })
})

describe('what stands behind a component', () => {
  const secret = { secret: 'redis', key: 'host' }
  const reached = (store: (typeof backends)['store']) => open(policy('billing', ordersObjects({ backends: { ...backends, store, bus: PubSub.redis({ host: 'bus:6379', targets: [] }) } })).egress).slice(5)

  test.each([
    ['is a pod of the namespace where its host is one word', StateStore.redis({ host: 'redis:6379' }), [[pods('redis'), [6379]]]],
    ['may have any address where its host is a name that policies do not know', StateStore.redis({ host: 'redis.example.com:6380' }), [['anybody', [6380]]]],
    ['may be anywhere where its host is in a Secret', StateStore.redis({ host: secret }), [['anybody', 'all']]],
    ['is where it is said to be', StateStore.redis({ host: secret, targets: [{ cidr: '10.0.8.0/24', ports: [6380] }] }), [[{ ipBlock: { cidr: '10.0.8.0/24' } }, [6380]]]],
    ['is in the pod itself where it is a file', StateStore.sqlite({ file: 's.db' }), []],
    ['may be anywhere where nothing is known of it', StateStore.of('state.postgresql', { connectionString: secret }), [['anybody', 'all']]],
    ['is where it is said to be, whatever it is', StateStore.of('state.postgresql', { connectionString: secret }, { targets: [{ pods: { app: 'pg' }, ports: [5432] }] }), [[pods('pg'), [5432]]]],
  ])('%s', (_, store, expected) => {
    expect(reached(store)).toEqual(expected)
  })

  test('is several brokers', () => {
    const kafka = PubSub.kafka({ brokers: 'kafka-1:9092,kafka-2:9092' })
    expect(open(policy('billing', ordersObjects({ backends: { ...backends, store: StateStore.sqlite({ file: 's' }), bus: kafka } })).egress).slice(5)).toEqual([[pods('kafka-1'), [9092]], [pods('kafka-2'), [9092]]])
  })

  test('knows its clients', () => {
    expect(serverClients(orders, backends, 'redis')).toEqual(['shop', 'billing'])
    expect(serverClients(orders, { ...backends, store: StateStore.sqlite({ file: 's' }), bus: PubSub.kafka({ brokers: 'kafka:9092' }) }, 'redis')).toEqual([])
  })
})

describe('who counts the events that wait in a server of the stack', () => {
  const scaled = { ...small, autoscaling: { maxReplicas: 5, eventsPerPod: 10 } }
  const peersOf = (apps: Readonly<Record<string, AppSettings>>, network?: NetworkSettings, used = backends) => serverPeers(orders, { backends: used, apps, network }, 'redis')

  test('is nobody where no app scales by events, or its events wait elsewhere', () => {
    expect(peersOf({ shop: small, billing: { ...small, autoscaling: { maxReplicas: 5 } } })).toEqual([])
    expect(peersOf({ billing: scaled }, {}, { ...backends, bus: PubSub.kafka({ brokers: 'kafka:9092' }) })).toEqual([])
  })

  test("is KEDA's operator, where it is installed", () => {
    expect(peersOf({ billing: scaled })).toEqual([{ namespace: 'keda', pods: { app: 'keda-operator' } }])
    expect(peersOf({ billing: scaled }, { keda: { namespace: 'scaling' } })).toEqual([{ namespace: 'scaling' }])
  })
})

test('where a server is let be is no reason to restart a pod', () => {
  const template = (store: (typeof backends)['store']) => JSON.stringify(find(ordersObjects({ backends: { ...backends, store } }), 'Deployment', 'shop'))
  const at = (port: number) => StateStore.redis({ host: { secret: 'redis', key: 'host' }, targets: [{ ports: [port] }] })
  expect(template(at(1))).toBe(template(at(2)))
})
