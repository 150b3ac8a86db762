import { describe, expect, test } from '@jest/globals'

import { type Manifest, parseManifests } from '../../cli/local/manifests.ts'
import { withAddress } from '../../cli/local/jetstream/plan.ts'
import { planRun } from '../../cli/local/plan.ts'
import { environments } from '../../infra/tasks/environments.ts'
import { taskObjects } from '../infra/task-objects.ts'

const deployment = (annotations: object, container: object): Manifest => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: 'shop', namespace: 'market', annotations: { 'dapr-stack/examples': 'curl {shop}/\ncurl {shop}/2' } },
  spec: { template: { metadata: { annotations }, spec: { containers: [container] } } },
})
const dapr = { 'dapr.io/app-id': 'shop', 'dapr.io/app-port': '8000', 'dapr.io/config': 'shop-configuration' }
const container = { command: ['node', 'apps/shop.js', '--fast'], readinessProbe: { httpGet: { path: '/up', port: 8000 } } }
const shop = deployment(dapr, container)
const broker = (scopes: string[]): Manifest => ({
  apiVersion: 'dapr.io/v1alpha1', kind: 'Component', metadata: { name: 'bus' }, spec: { type: 'pubsub.in-memory', version: 'v1', metadata: [] }, scopes,
})

describe('an app of the run is what its Deployment says', () => {
  test('id, port, program, readiness, configuration, namespace and commands to try', () => {
    expect(planRun([shop], 0).apps).toEqual([
      {
        id: 'shop', port: 8000, program: ['apps/shop.ts', '--fast'], env: {}, readyPath: '/up', configuration: 'shop-configuration', health: {}, namespace: 'market',
        examples: ['curl {shop}/', 'curl {shop}/2'],
      },
    ])
  })

  test('its sidecar watches it as in the cluster', () => {
    const watched = { ...dapr, 'dapr.io/enable-app-health-check': 'true', 'dapr.io/app-health-check-path': '/well', 'dapr.io/block-shutdown-duration': '9s' }
    expect(planRun([deployment(watched, container)], 0).apps).toMatchObject([{ health: { 'enable-app-health-check': 'true', 'app-health-check-path': '/well' } }])
  })

  test('the port offset is added', () => {
    expect(planRun([shop], 1000).apps).toMatchObject([{ port: 9000 }])
  })

  test('values of its environment are kept, references to Secrets are not', () => {
    const env = [{ name: 'MODE', value: 'x' }, { name: 'TOKEN', valueFrom: { secretKeyRef: { name: 's', key: 'k' } } }]
    expect(planRun([deployment(dapr, { ...container, env })], 0).apps).toMatchObject([{ env: { MODE: 'x' } }])
  })
})

test('the local environment of the stack can be run: every app, component, subscription and retry is in the plan', () => {
  const plan = planRun(taskObjects({ environment: environments.local }) as Manifest[], 0)
  expect(plan.apps.map(({ id, port, program: [source] }) => [id, port, source])).toEqual([
    ['task-api', 8000, 'service/task-api/main.ts'],
    ['notification-service', 8001, 'service/notification-service/main.ts'],
    ['ai-service', 8002, 'service/ai-service/main.ts'],
  ])
  expect(plan.resources.map(({ kind, metadata }) => `${kind} ${metadata.name}`)).toEqual([
    'Component statestore', 'Component notification-store', 'Component pubsub', 'Component kubernetes-secrets',
    'Subscription task-subscription', 'Subscription task-subscription-dead-letter', 'Subscription user-subscription', 'Subscription user-subscription-dead-letter',
    'Subscription due-soon-subscription', 'Subscription due-soon-subscription-dead-letter',
    'Resiliency task-api', 'Resiliency notification-service',
  ])
  expect(plan.secretFiles).toEqual(['secrets.json'])
})

describe('fails with what to change for', () => {
  const cases: [what: string, manifests: Manifest[], offset: number, message: string][] = [
    ['a server', [shop, { ...shop, kind: 'StatefulSet', metadata: { name: 'redis' } }], 0, 'the local environment has StatefulSet redis, which only a cluster can run'],
    ['a broker in the memory of two sidecars', [shop, broker(['billing', 'shop'])], 0, 'component bus is in memory, which no two sidecars share, but billing and shop use it'],
    ['a broker in the memory of every sidecar', [shop, broker([])], 0, 'but all apps use it'],
    ['a Deployment without a sidecar', [deployment({}, container)], 0, 'Deployment shop has no Dapr app id'],
    ['a program that is not of Node', [deployment(dapr, { command: ['/bin/shop'] })], 0, 'shop is started by "/bin/shop": a local run knows "node <path>.js" and "node <path>.ts" only'],
    ['a port that does not exist', [shop], 60_000, 'shop would listen on port 68000, which does not exist: give a --port-offset below 57536'],
    ['no app', [], 0, 'there is nothing to start'],
  ]
  test.each(cases)('%s', (_what, manifests, offset, message) => {
    expect(() => planRun(manifests, offset)).toThrow(message)
  })
})

test.each(['js', 'ts'])('the source of node service/shop/main.%s is its .ts file', (extension) => {
  const { apps: [app] } = planRun([deployment(dapr, { ...container, command: ['node', `service/shop/main.${extension}`, '--a'] })], 0)
  expect(app?.program).toEqual(['service/shop/main.ts', '--a'])
})

test('a broker in the memory of one sidecar is fine', () => {
  expect(planRun([shop, broker(['shop'])], 0).resources).toHaveLength(1)
})

test('manifests are read from texts of several documents', () => {
  const text = 'apiVersion: v1\nkind: A\nmetadata: {name: a}\n---\napiVersion: v1\nkind: B\nmetadata: {name: b}\n'
  expect(parseManifests([text, '']).map(({ kind }) => kind)).toEqual(['A', 'B'])
})

describe('a NATS server that the manifests ask for', () => {
  const config = {
    apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'bus', labels: { 'dapr-stack/jetstream': 'bus' } },
    data: { 'nats-server.conf': 'port: 1', setup: 'PING' },
  } as unknown as Manifest
  const component = (url: string): Manifest => ({
    apiVersion: 'dapr.io/v1alpha1', kind: 'Component', metadata: { name: 'events' }, spec: { type: 'pubsub.jetstream', version: 'v1', metadata: [{ name: 'natsURL', value: url }] },
  })
  const [server] = planRun([shop, config], 0).jetStream
  const urlAfter = (url: string) => server && withAddress(component(url), server, 'nats://127.0.0.1:5')['spec']

  test('is in the plan with its settings and what makes its streams', () => {
    expect(server).toEqual({ name: 'bus', settings: 'port: 1', setup: 'PING' })
    expect(planRun([shop], 0).jetStream).toEqual([])
  })

  test('is where the components that name it find it', () => {
    expect(urlAfter('nats://bus:4222')).toMatchObject({ type: 'pubsub.jetstream', metadata: [{ name: 'natsURL', value: 'nats://127.0.0.1:5' }] })
  })

  test('leaves components of another server, and other components, as they are', () => {
    expect(urlAfter('nats://elsewhere:4222')).toMatchObject({ metadata: [{ value: 'nats://elsewhere:4222' }] })
    expect(server && withAddress(broker(['shop']), server, 'x')).toEqual(broker(['shop']))
  })
})
