import type { Evidence } from '../../../cli/doctor/evidence.ts'
import type { KubeObject } from '../../../cli/kube/port.ts'
import { component, configuration, controlPlane, crashing, deployment, endingSidecar, graph, healthyObjects, logLine, pod, server, service, sidecar, subscription, webhook } from './bodies.ts'

type Part = Partial<Omit<Evidence, 'things'>>

/** What breaks a stack in one way, and what is near to it and no trouble. */
export interface Example {
  readonly bad: Part
  readonly good: Part
}

const swapped = (...objects: readonly KubeObject[]): readonly KubeObject[] => [
  ...healthyObjects.filter((one) => !objects.some(({ kind, metadata }) => kind === one.kind && metadata.name === one.metadata.name)),
  ...objects,
]
const without = (kind: string, name: string): readonly KubeObject[] => healthyObjects.filter((one) => one.kind !== kind || one.metadata.name !== name)

const plane = (changes: Partial<Evidence['controlPlane']>): Part => ({ controlPlane: { kinds: true, deployments: controlPlane(), webhook: webhook({}), configuration: null, ...changes } })

const failure = (message: string) => ({ replicas: 0, conditions: [{ type: 'ReplicaFailure', status: 'True', message }] })
const refused = (message: string): Part => ({ objects: swapped(deployment('shop', { status: failure(message) })), pods: [], sidecars: [] })
/** The condition is from before: it is not so any more. */
const admitted = (message: string): Part => ({ objects: swapped(deployment('shop', { status: { replicas: 1, updatedReplicas: 1, readyReplicas: 1, availableReplicas: 1, conditions: [{ type: 'ReplicaFailure', status: 'False', message }] } })) })

const waiting = (reason: string, message = '') => pod('shop', { app: { ready: false, state: { waiting: { reason, message } } } })

const ending = (message: string, changes: Part = {}): Part => ({ pods: [pod('shop', { sidecar: crashing })], sidecars: [endingSidecar('shop', message)], ...changes })

const unloadedStore = (message: string): Part => ending(`Fatal error from runtime: [INIT_COMPONENT_FAILURE]: initialization error occurred for store (state.redis/v1): ${message}`)
/** The same line from before, and the sidecar has loaded the component since. */
const loadedStore = (message: string): Part => ({ sidecars: [sidecar('shop', { log: [logLine(`Failed to init component store (state.redis/v1): ${message}`, 'error')] })] })

const redisStore = component('store', 'state.redis', { metadata: [{ name: 'redisHost', value: 'redis:6379' }] })
const passworded = component('store', 'state.redis', { metadata: [{ name: 'redisPassword', secretKeyRef: { name: 'redis', key: 'password' } }] })

const base64 = (text: string): string => Buffer.from(text).toString('base64')
const tokens = new Map([['api-token', { token: base64('api') }], ['app-token', { token: base64('app') }], ['same', { token: base64('app\n') }]])
const tokened = (annotation: string, variable: string, secret: string): readonly KubeObject[] =>
  swapped(deployment('shop', { annotations: { [annotation]: 'app-token' }, env: [{ name: variable, valueFrom: { secretKeyRef: { name: secret, key: 'token' } } }] }))

const calls: Part['graph'] = { ...graph, apps: [...graph.apps, { id: 'billing', port: 8000, components: [], jobs: [] }], invocations: [{ caller: 'shop', callee: 'billing', method: 'charge', route: '/charge' }] }
const policied = (action: string): Part => ({
  graph: calls,
  objects: [...healthyObjects, deployment('billing', { annotations: { 'dapr.io/config': 'billing' } }), configuration('billing', { accessControl: { defaultAction: 'deny', policies: [{ appId: 'shop', operations: [{ name: '/charge', action }] }] } })],
  pods: [pod('shop'), pod('billing')],
  sidecars: [sidecar('shop'), sidecar('billing')],
})

/** The policy allows the call, and the sidecar refused it: it runs with one from before. */
export const outdated: Part = { ...policied('allow'), sidecars: [sidecar('shop'), sidecar('billing', { samples: [{ name: 'dapr_runtime_acl_app_policy_action_blocked_total', labels: { app_id: 'shop' }, value: 2 }] })] }

const secretGraph: Part['graph'] = { ...graph, secrets: [{ app: 'shop', store: 'vault', secret: 'key' }] }
const secretRead = (status: number, text: string): Part => ({ graph: secretGraph, reads: [{ app: 'shop', component: 'vault', secret: 'key', status, text }] })

const named = (wanted: string): Part => ({ objects: swapped(deployment('shop', { annotations: { 'dapr.io/config': wanted } }), configuration('shop')) })

const autoscaler = (conditions: readonly object[]): KubeObject => ({ apiVersion: 'autoscaling/v2', kind: 'HorizontalPodAutoscaler', metadata: { name: 'shop', namespace: 'market' }, spec: { scaleTargetRef: { kind: 'Deployment', name: 'shop' } }, status: { conditions } })
const scaledBy = (message: string, reason = 'FailedGetResourceMetric'): Part => ({ objects: [...healthyObjects, autoscaler([{ type: 'ScalingActive', status: 'False', reason, message }])] })
const scaledObject = (ready: string): KubeObject => ({
  apiVersion: 'keda.sh/v1alpha1', kind: 'ScaledObject', metadata: { name: 'shop', namespace: 'market' },
  spec: { scaleTargetRef: { name: 'shop' }, triggers: [{ type: 'cpu', metadata: { value: '70' } }, { type: 'redis-streams', metadata: { address: 'redis.market:6379' } }] },
  status: { conditions: [{ type: 'Ready', status: ready, reason: 'ScaledObjectCheckFailed', message: 'failed to ensure HPA is correctly created for ScaledObject' }] },
})

const drop = logLine('non-retriable error returned from app while processing pub/sub event 7: no route. status code returned: 404', 'error')

/** At least one example of each rule. */
export const examples: Readonly<Record<string, readonly Example[]>> = {
  'dapr-missing': [
    { bad: plane({ kinds: false, deployments: [], webhook: null }), good: { controlPlane: {} } },
    { bad: { ...plane({ deployments: [], webhook: null }), pods: [pod('shop', { sidecar: null })], sidecars: [] }, good: plane({}) },
  ],
  'control-plane-down': [{ bad: plane({ deployments: controlPlane('dapr-sentry') }), good: plane({ deployments: controlPlane() }) }],
  'webhook-missing': [{ bad: { ...plane({ webhook: null }), pods: [pod('shop', { sidecar: null })], sidecars: [] }, good: { controlPlane: { kinds: true, deployments: controlPlane() } } }],
  'injector-down': [{ bad: { ...plane({ deployments: controlPlane('dapr-sidecar-injector') }), pods: [pod('shop', { sidecar: null })], sidecars: [] }, good: plane({}) }],
  'namespace-excluded': [
    { bad: plane({ webhook: webhook({ matchLabels: { dapr: 'on' } }) }), good: { ...plane({ webhook: webhook({ matchLabels: { dapr: 'on' } }) }), namespaceLabels: { dapr: 'on' } } },
    { bad: plane({ webhook: webhook({ matchExpressions: [{ key: 'kubernetes.io/metadata.name', operator: 'NotIn', values: ['market'] }] }) }), good: plane({ webhook: webhook({ matchExpressions: [{ key: 'kubernetes.io/metadata.name', operator: 'NotIn', values: ['other'] }] }) }) },
    // Nothing in the namespace wants a sidecar.
    { bad: plane({ webhook: webhook({ matchExpressions: [{ key: 'dapr', operator: 'Exists' }] }) }), good: { ...plane({ webhook: webhook({ matchExpressions: [{ key: 'dapr', operator: 'Exists' }] }) }), graph: undefined, objects: [], pods: [], sidecars: [] } },
  ],
  'clock-skew': [{ bad: { clocks: [{ node: 'one', aheadSeconds: -90 }] }, good: { clocks: [{ node: 'one', aheadSeconds: 12 }] } }],
  'mtls-off': [{ bad: plane({ configuration: { ...configuration('daprsystem', { mtls: { enabled: false } }) } }), good: plane({ configuration: configuration('daprsystem', { mtls: { enabled: true } }) }) }],
  'image-pull': [{ bad: { pods: [waiting('ImagePullBackOff', 'not found')] }, good: { pods: [waiting('ContainerCreating')] } }],
  'container-config': [{ bad: { pods: [waiting('CreateContainerConfigError', 'secret "token" not found')] }, good: { pods: [waiting('PodInitializing')] } }],
  quota: [{ bad: refused('pods "shop-1" is forbidden: exceeded quota: none, requested: pods=1'), good: admitted('exceeded quota') }],
  policy: [{ bad: refused('pods "shop-1" is forbidden: violates PodSecurity "restricted:latest": unrestricted capabilities (container "daprd" must set securityContext.capabilities.drop=["ALL"])'), good: admitted('violates PodSecurity') }],
  'pods-refused': [{ bad: refused('pods "shop-" is forbidden: error looking up service account market/shop: serviceaccount "shop" not found'), good: admitted('serviceaccount "shop" not found') }],
  unschedulable: [
    {
      bad: { pods: [pod('shop', { app: { ready: false }, conditions: [{ type: 'PodScheduled', status: 'False', reason: 'Unschedulable', message: '0/1 nodes are available: Insufficient cpu' }] })] },
      good: { pods: [pod('shop', { conditions: [{ type: 'PodScheduled', status: 'True' }, { type: 'Ready', status: 'True' }] })] },
    },
  ],
  'server-down': [
    {
      bad: { objects: swapped(redisStore, server('redis', { status: { replicas: 1, updatedReplicas: 1, readyReplicas: 0 } }), service('redis')), pods: [pod('shop'), pod('redis', { annotations: { 'dapr.io/enabled': undefined, 'dapr.io/app-id': undefined }, sidecar: null, app: crashing })], ...{ reads: [{ app: 'shop', component: 'store', status: 500, text: 'dial tcp: connection refused' }] } },
      good: { objects: swapped(redisStore, server('redis'), service('redis')), pods: [pod('shop'), pod('redis', { annotations: { 'dapr.io/enabled': undefined, 'dapr.io/app-id': undefined }, sidecar: null })] },
    },
    { bad: { objects: swapped(redisStore, server('redis', { spec: { replicas: 0 }, status: {} }), service('redis')) }, good: { objects: swapped(redisStore) } },
  ],
  'annotation-misplaced': [
    {
      bad: { objects: swapped(deployment('shop', { annotations: { 'dapr.io/enabled': undefined, 'dapr.io/app-id': undefined }, own: { 'dapr.io/enabled': 'true', 'dapr.io/app-id': 'shop' } })), pods: [pod('shop', { annotations: { 'dapr.io/enabled': undefined, 'dapr.io/app-id': undefined }, sidecar: null })], sidecars: [] },
      good: { objects: swapped(deployment('shop', { own: { 'dapr.io/enabled': 'true' } })) },
    },
  ],
  'app-id-wrong': [
    {
      bad: { objects: swapped(deployment('shop', { annotations: { 'dapr.io/app-id': 'shopp' } })), pods: [pod('shop', { annotations: { 'dapr.io/app-id': 'shopp' } })], sidecars: [sidecar('shopp', { metadata: { id: 'shopp', runtimeVersion: '1', components: [], subscriptions: [] } })] },
      good: { objects: [...healthyObjects, deployment('other')], pods: [pod('shop'), pod('other')] },
    },
  ],
  'no-sidecar': [{ bad: { pods: [pod('shop', { sidecar: null })], sidecars: [] }, good: { pods: [pod('shop')] } }],
  'sidecar-not-asked': [
    {
      bad: { objects: swapped(deployment('shop', { annotations: { 'dapr.io/enabled': undefined } })), pods: [pod('shop', { annotations: { 'dapr.io/enabled': undefined, 'dapr.io/app-id': undefined }, sidecar: null })], sidecars: [] },
      good: { objects: swapped(deployment('shop', { annotations: { 'dapr.io/enabled': 'yes' } })) },
    },
  ],
  'app-missing': [
    { bad: { objects: without('Deployment', 'shop'), pods: [], sidecars: [] }, good: { objects: without('Deployment', 'shop'), pods: [], sidecars: [], listed: new Set() } },
    { bad: { objects: swapped(deployment('shop', { spec: { replicas: 0 }, status: {} })), pods: [], sidecars: [] }, good: {} },
  ],
  'configuration-missing': [{ bad: named('shopp'), good: named('shop') }],
  'account-token-missing': [
    {
      bad: ending('failed to get kubernetes client: open /var/run/secrets/kubernetes.io/serviceaccount/token: no such file', { objects: swapped(deployment('shop', { annotations: { 'dapr.io/disable-builtin-k8s-secret-store': undefined }, pod: { automountServiceAccountToken: false } })) }),
      good: { objects: swapped(deployment('shop', { pod: { automountServiceAccountToken: false } })) },
    },
  ],
  'app-port-wrong': [
    {
      bad: { sidecars: [sidecar('shop', { subscribe: 'silent', log: [logLine('application protocol: http. waiting on port 8100. This will block until the app is listening on that port.')], pod: pod('shop', { annotations: { 'dapr.io/app-port': '8100' }, sidecar: { ready: false } }) })] },
      good: { sidecars: [sidecar('shop', { subscribe: 'silent', log: [logLine('waiting on port 8000'), logLine('application discovered on port 8000')] })] },
    },
  ],
  'subscribe-answer': [
    { bad: { sidecars: [sidecar('shop', { subscribe: { ok: true, status: 200, text: '{"status":"ok"}' } })] }, good: { sidecars: [sidecar('shop', { subscribe: { ok: true, status: 200, text: '[]' } })] } },
    { bad: { sidecars: [sidecar('shop', { log: [logLine('error getting topics from app: invalid character', 'error')] })] }, good: { sidecars: [sidecar('shop', { subscribe: { ok: false, status: 404, text: '{"title":"not found"}' } })] } },
  ],
  'component-misnamed': [{ bad: { objects: [...without('Component', 'store'), component('store-1', 'state.redis')] }, good: { objects: [...healthyObjects, component('store-1', 'state.redis')] } }],
  'component-missing': [{ bad: { objects: without('Component', 'store') }, good: { objects: without('Component', 'store'), listed: new Set(['Deployment']) } }],
  'component-scoped-away': [{ bad: { objects: swapped(component('store', 'state.redis', { scopes: ['desk'] })) }, good: { objects: swapped(component('store', 'state.redis', { scopes: [] })) } }],
  'component-type': [{ bad: { objects: swapped(component('bus', 'pubsub.redpanda')) }, good: { objects: swapped(component('bus', 'pubsub.kafka')) } }],
  'component-secret-missing': [
    { bad: { objects: swapped(passworded) }, good: { objects: swapped(passworded), secrets: new Map([['redis', { password: base64('x') }]]) } },
    { bad: { objects: swapped(passworded), secrets: new Map([['redis', { other: base64('x') }]]) }, good: healthyWithoutSecrets(swapped(passworded)) },
    { bad: secretRead(500, 'failed getting secret with key key from secret store vault: secrets "key" not found'), good: secretRead(200, '') },
  ],
  'component-secret-forbidden': [
    { bad: secretRead(500, String.raw`secrets \"key\" is forbidden: User \"system:serviceaccount:market:shop\" cannot get resource`), good: secretRead(200, '') },
    { bad: secretRead(403, 'access denied by policy to get "key" from "vault"'), good: secretRead(204, '') },
    { bad: ending('rpc error: secrets "redis" is forbidden: User "dapr-operator" cannot get resource "secrets"'), good: { sidecars: [sidecar('shop', { log: [logLine('secrets "redis" is forbidden', 'error')] })] } },
  ],
  'component-password': [
    { bad: unloadedStore('redis store: error connecting to redis: WRONGPASS invalid username-password pair'), good: loadedStore('WRONGPASS') },
    { bad: { reads: [{ app: 'shop', component: 'store', status: 500, text: 'NOAUTH Authentication required.' }] }, good: { reads: [{ app: 'shop', component: 'store', status: 204, text: '' }] } },
  ],
  'component-unreachable': [
    { bad: unloadedStore('redis store: error connecting to redis at redis:6379: dial tcp: lookup redis: no such host'), good: loadedStore('no such host') },
    { bad: { reads: [{ app: 'shop', component: 'store', status: 500, text: 'dial tcp 10.0.0.1:6379: connect: connection refused' }] }, good: {} },
  ],
  'component-failed': [{ bad: unloadedStore('redis store: invalid value for redisDB'), good: loadedStore('invalid value for redisDB') }],
  'component-unloaded': [{ bad: { sidecars: [sidecar('shop', { metadata: { id: 'shop', runtimeVersion: '1', components: [{ name: 'bus', type: 'pubsub.redis' }], subscriptions: [{ pubsubname: 'bus', topic: 'orders' }] } })] }, good: { sidecars: [] } }],
  'subscription-missing': [{ bad: { objects: without('Subscription', 'shop-orders') }, good: { objects: without('Subscription', 'shop-orders'), listed: new Set(['Deployment', 'Component']) } }],
  'subscription-scoped-away': [{ bad: { objects: swapped(subscription('shop-orders', {}, ['desk'])) }, good: { objects: swapped(subscription('shop-orders', {}, [])) } }],
  'subscription-topic': [{ bad: { objects: swapped(subscription('shop-orders', { topic: 'order' })) }, good: { objects: [...healthyObjects, subscription('other', { topic: 'order' })] } }],
  'subscription-pubsub': [{ bad: { graph: undefined, objects: swapped(subscription('other', { pubsubname: 'buss' }, ['desk'])) }, good: { graph: undefined } }],
  'subscription-route': [
    { bad: { objects: swapped(subscription('shop-orders', { routes: { default: '/elsewhere' } })), sidecars: [sidecar('shop', { log: [drop] })], deadLetters: [{ app: 'shop', pubsub: 'bus', topic: 'orders', count: 1 }] }, good: { objects: swapped(subscription('shop-orders', { routes: { rules: [{ match: 'true', path: '/a' }] } })) } },
    { bad: { graph: undefined, sidecars: [sidecar('shop', { log: [drop] })] }, good: { sidecars: [sidecar('shop', { log: [logLine('retriable error returned from app, status code returned: 500', 'warning')] })] } },
  ],
  'subscription-unlisted': [{ bad: { sidecars: [sidecar('shop', { metadata: { id: 'shop', runtimeVersion: '1', components: [{ name: 'store', type: 'state.redis' }, { name: 'bus', type: 'pubsub.redis' }], subscriptions: [] } })] }, good: { sidecars: [] } }],
  'app-token-mismatch': [
    { bad: { objects: tokened('dapr.io/app-token-secret', 'APP_API_TOKEN', 'api-token'), secrets: tokens }, good: { objects: tokened('dapr.io/app-token-secret', 'APP_API_TOKEN', 'same'), secrets: tokens } },
    { bad: { objects: swapped(deployment('shop', { annotations: { 'dapr.io/app-token-secret': 'app-token' } })) }, good: { objects: tokened('dapr.io/app-token-secret', 'APP_API_TOKEN', 'api-token') } },
    { bad: { objects: swapped(deployment('shop', { env: [{ name: 'APP_API_TOKEN', value: 'text' }] })) }, good: {} },
  ],
  'api-token-mismatch': [{ bad: { objects: tokened('dapr.io/api-token-secret', 'DAPR_API_TOKEN', 'api-token'), secrets: tokens }, good: { objects: tokened('dapr.io/api-token-secret', 'DAPR_API_TOKEN', 'app-token'), secrets: tokens } }],
  'access-denied': [
    { bad: policied('deny'), good: policied('allow') },
    { bad: outdated, good: policied('allow') },
    { bad: { sidecars: [sidecar('shop', { samples: [{ name: 'dapr_runtime_acl_global_policy_action_blocked_total', labels: { app_id: 'desk' }, value: 2 }] })] }, good: { sidecars: [sidecar('shop', { samples: [{ name: 'dapr_runtime_acl_app_policy_action_allowed_total', labels: { app_id: 'desk' }, value: 2 }] })] } },
  ],
  'sidecar-crashes': [{ bad: ending('Fatal error from runtime: something new'), good: { sidecars: [sidecar('shop', { pod: pod('shop', { sidecar: { restartCount: 3 } }) })] } }],
  'app-crashes': [{ bad: { pods: [pod('shop', { app: crashing })] }, good: { pods: [pod('shop', { app: { restartCount: 3 } })] } }],
  'not-ready': [
    {
      bad: { objects: swapped(deployment('shop', { status: { replicas: 1, updatedReplicas: 1 } })), pods: [pod('shop', { app: { ready: false } })] },
      good: { objects: swapped(deployment('shop', { status: { replicas: 1, updatedReplicas: 1 } })), pods: [waiting('ContainerCreating')] },
    },
  ],
  'topic-missing': [{ bad: { brokers: [{ component: 'bus', topics: ['other'], backlogs: [] }] }, good: { brokers: [{ component: 'bus', topics: ['orders'], backlogs: [] }] } }],
  'consumer-lag': [{ bad: { brokers: [{ component: 'bus', backlogs: [{ app: 'shop', topic: 'orders', count: 500, later: 510 }] }] }, good: { brokers: [{ component: 'bus', backlogs: [{ app: 'shop', topic: 'orders', count: 500, later: 420 }] }] } }],
  'autoscaler-blind': [
    { bad: scaledBy('failed to get cpu utilization: unable to fetch metrics from resource metrics API: the server could not find the requested resource (get pods.metrics.k8s.io)'), good: scaledBy('failed to get cpu utilization: did not receive metrics for targeted pods (pods might be unready)') },
    { bad: scaledBy('failed to get cpu utilization: missing request for cpu in container app of Pod shop-1'), good: scaledBy('scaling is disabled since the replica count of the target is zero', 'ScalingDisabled') },
    { bad: scaledBy('unable to get external metric market/s1-redis-streams: the server is currently unable to handle the request (get s1-redis-streams.external.metrics.k8s.io)', 'FailedGetExternalMetric'), good: { objects: [...healthyObjects, autoscaler([])] } },
  ],
  'backlog-uncounted': [
    {
      bad: { objects: [...healthyObjects, scaledObject('False')], events: [{ object: 'shop', reason: 'KEDAScalerFailed', message: 'connection to redis failed: dial tcp 10.0.0.1:6379: i/o timeout' }] },
      good: { objects: [...healthyObjects, scaledObject('Unknown')] },
    },
    { bad: { objects: [...healthyObjects, scaledObject('False')] }, good: { objects: swapped(redisStore, server('redis', { spec: { replicas: 0 }, status: {} }), service('redis'), scaledObject('False')) } },
  ],
  'dead-letters': [{ bad: { deadLetters: [{ app: 'shop', pubsub: 'bus', topic: 'orders', count: 2, lastError: 'no such order' }] }, good: { deadLetters: [{ app: 'shop', pubsub: 'bus', topic: 'orders', count: 0 }] } }],
}

/** Secrets that may not be listed are not missing. */
function healthyWithoutSecrets(objects: readonly KubeObject[]): Part {
  return { objects, secrets: undefined } as unknown as Part // left out, as a refused list leaves it
}
