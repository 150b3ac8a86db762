import { recordLabel } from '../../../config/define/index.ts'
import { access, app, broker, component, configuration, networkPolicy, peer, resiliency, secret, service, subscription, toDapr, toDns } from './objects.ts'

/** Objects that break one rule, and the same made right. */
export interface Example {
  readonly bad: readonly unknown[]
  readonly good: readonly unknown[]
}

const desk = app({ id: 'desk' })
const listened = (change = {}) => app({ annotations: { 'dapr.io/config': 'shop' }, ...change })
const retry = { policy: 'constant', duration: '1s', maxRetries: 3, matching: { httpStatusCodes: '502-504' } }
const kafka = (metadata: Record<string, unknown>) => broker({}, { type: 'pubsub.kafka', metadata: { brokers: 'kafka:9092', authType: 'none', ...metadata } })

const role = (rule: object) => ({ apiVersion: 'rbac.authorization.k8s.io/v1', kind: 'Role', metadata: { name: 'shop' }, rules: [{ apiGroups: [''], resources: ['secrets'], verbs: ['get'], ...rule }] })

const binding = (name: string) => ({ apiVersion: 'rbac.authorization.k8s.io/v1', kind: 'ClusterRoleBinding', metadata: { name: 'shop' }, roleRef: { kind: 'ClusterRole', name }, subjects: [{ kind: 'ServiceAccount', name: 'shop', namespace: 'default' }] })

/** The record of a stack's graph, in which the app `desk` invokes a method of `shop`, and some apps publish on `orders`. */
const graph = (route: string, publishers: readonly string[] = []) => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name: 'shop-graph', labels: { [recordLabel]: 'graph' } },
  data: { graph: JSON.stringify({ invocations: [{ caller: 'desk', callee: 'shop', route }], topics: [{ name: 'orders', pubsub: 'bus', publishers }] }) },
})

const out = [toDns, ...toDapr()]
const invocation = [app(), desk, graph('/get')]
const server = [
  app({ id: 'redis', annotations: { 'dapr.io/enabled': 'false' }, container: { ports: [{ name: 'redis', containerPort: 6379 }] } }),
  { ...service({ selector: { app: 'redis' }, ports: [{ port: 6379 }] }), metadata: { name: 'redis' } },
  component(),
  app(),
]

/** An example for each rule; the first of several is the one that docs/rules.md quotes. */
export const examples: Readonly<Record<string, readonly Example[]>> = {
  'not-an-object': [{ bad: [{ app: { image: 'shop:1' } }], good: [null] }, { bad: ['text'], good: [{ apiVersion: 'v1', kind: 'List', items: [component()] }] }],
  'unknown-kind': [{ bad: [{ ...component(), apiVersion: 'dapr.io/v1' }], good: [component()] }],
  'unknown-field': [
    { bad: [{ ...component(), spec: { type: 'state.redis', version: 'v1', metadata: [{ name: 'redisHost', value: 'redis:6379' }], auth: { secretStore: 'kubernetes' } } }], good: [component({ rest: { auth: { secretStore: 'kubernetes' } } })] },
    { bad: [access({ allowedApiActions: ['invoke/any-method'] })], good: [access({ operations: [{ name: '/any-method', httpVerb: ['POST'], action: 'allow' }] })] },
    { bad: [configuration({ mtls: { enabled: true, allowInsecure: false, controlPlaneTrustDomain: 'cluster.local', sentryAddress: 'sentry:443' } })], good: [configuration({ mtls: { enabled: true, controlPlaneTrustDomain: 'cluster.local', sentryAddress: 'sentry:443' } })] },
    { bad: [subscription({ deadletterTopic: 'x' })], good: [subscription()] },
  ],
  'missing-field': [{ bad: [configuration({ mtls: { enabled: true } })], good: [configuration({ mtls: { enabled: true, controlPlaneTrustDomain: 'cluster.local', sentryAddress: 'sentry:443' } })] }],
  'field-type': [{ bad: [configuration({ tracing: { samplingRate: 1 } })], good: [configuration({ tracing: { samplingRate: '1' } })] }],
  'object-name': [{ bad: [component({ name: 'State_Store' })], good: [component({ name: 'state-store' })] }],
  'duplicate-object': [
    { bad: [component(), component()], good: [component(), component({ name: 'other' })] },
    { bad: [service(), service()], good: [service(), { ...service(), metadata: { name: 'shop', namespace: 'other' } }] },
  ],
  'component-type': [
    { bad: [broker({}, { type: 'pubsub.redpanda' })], good: [kafka({})] },
    { bad: [component({ type: 'state.rediss' })], good: [component()] },
  ],
  'component-version': [{ bad: [component({ version: 'v9' })], good: [component({ version: 'v1' })] }],
  'component-scopes': [{ bad: [component({ scopes: [] })], good: [component()] }],
  'scope-app': [{ bad: [component({ scopes: ['shopp'] }), app()], good: [component(), app()] }, { bad: [component(), app({ rest: { metadata: { name: 'shop', namespace: 'market' } } })], good: [component()] }],
  'secret-store': [
    { bad: [component({ rest: { auth: { secretStore: 'vault' } } })], good: [component({ rest: { auth: { secretStore: 'kubernetes' } } })] },
    { bad: [component({ rest: { auth: { secretStore: 'bus' } } }), broker()], good: [component({ rest: { auth: { secretStore: 'files' } } }), component({ name: 'files', type: 'secretstores.local.file', metadata: { secretsFile: 'a.json' } })] },
  ],
  'secret-reference': [
    { bad: [component({ metadata: { redisHost: 'redis:6379', redisPassword: { name: 'redis', key: 'pasword' } } }), secret('redis', { password: 'x' })], good: [component({ metadata: { redisHost: 'redis:6379', redisPassword: { name: 'redis', key: 'password' } } }), secret('redis', { password: 'x' })] },
    { bad: [component({ metadata: { redisHost: 'redis:6379', redisPassword: { name: 'redi', key: 'password' } } }), secret('redis', { password: 'x' })], good: [component({ metadata: { redisHost: 'redis:6379', redisPassword: { name: 'made-by-others', key: 'password' } } })] },
    { bad: [app({ container: { env: [{ name: 'KEY', valueFrom: { secretKeyRef: { name: 'mail', key: 'k' } } }] } }), secret('mail', { key: 'x' })], good: [app({ container: { env: [{ name: 'KEY', valueFrom: { secretKeyRef: { name: 'mail', key: 'key' } } }] } }), secret('mail', { key: 'x' })] },
  ],
  'init-timeout': [{ bad: [{ ...component(), spec: { type: 'state.redis', version: 'v1', metadata: [{ name: 'redisHost', value: 'a:1' }], initTimeout: '30' } }], good: [{ ...component(), spec: { type: 'state.redis', version: 'v1', metadata: [{ name: 'redisHost', value: 'a:1' }], initTimeout: '30s' } }] }],
  'actor-store-twice': [{ bad: ['store', 'other'].map((name) => component({ name, metadata: { redisHost: 'redis:6379', actorStateStore: 'true' } })), good: [component({ metadata: { redisHost: 'redis:6379', actorStateStore: 'true' } }), component({ name: 'other' })] }],
  'memory-shared': [{ bad: [component({ name: 'bus', type: 'pubsub.in-memory', metadata: {}, scopes: ['shop', 'desk'] })], good: [component({ name: 'bus', type: 'pubsub.in-memory', metadata: {} })] }],
  'held-events': ['concurrency', 'concurrencyMode'].map((name) => ({
    bad: [component({ name: 'bus', type: 'pubsub.jetstream', metadata: { natsURL: 'nats://nats:4222', [name]: 'parallel' } })],
    good: [component({ name: 'bus', type: 'pubsub.jetstream', metadata: { natsURL: 'nats://nats:4222', [name]: 'single' } })],
  })),
  'state-ttl': [{ bad: [component({ metadata: { redisHost: 'redis:6379', ttlInSeconds: '3600' } })], good: [component()] }],
  outbox: [
    { bad: [component({ metadata: { redisHost: 'redis:6379', outboxPublishPubsub: 'bus', outboxPublishTopic: 'orders' } })], good: [component({ type: 'state.postgresql', version: 'v2', metadata: { connectionString: { name: 'pg', key: 'url' }, outboxPublishPubsub: 'bus', outboxPublishTopic: 'orders' } })] },
    { bad: [component({ type: 'state.sqlite', metadata: { connectionString: 'a.db', outboxPublishPubsub: 'bus' } })], good: [component({ type: 'state.sqlite', metadata: { connectionString: 'a.db' } })] },
  ],
  'metadata-key': [
    { bad: [component({ metadata: { redisHost: 'redis:6379', redisPasword: '' } })], good: [component({ metadata: { redisHost: 'redis:6379', redispassword: '' } })] },
    { bad: [kafka({ schemaFormat: '' })], good: [kafka({ consumerGroup: 'shop', consumerID: 'shop' })] },
    { bad: [kafka({ allowCreateTopics: 'true' })], good: [kafka({ allowedTopics: 'orders,orders-dead' })] },
    { bad: [component({ type: 'secretstores.kubernetes', metadata: { secrets: 'a,b' } })], good: [component({ type: 'secretstores.kubernetes', metadata: {} })] },
  ],
  'metadata-empty': [{ bad: [{ ...component(), spec: { type: 'state.redis', version: 'v1', metadata: [{ name: 'redisHost', value: 'a:1' }, { name: 'redisPassword' }] } }], good: [component()] }],
  'metadata-twice': [{ bad: [{ ...component(), spec: { type: 'state.redis', version: 'v1', metadata: [{ name: 'redisHost', value: 'a:1' }, { name: 'redisHost', value: 'b:1' }] } }], good: [component()] }],
  'metadata-required': [
    { bad: [component({ metadata: {} })], good: [component()] },
    { bad: [kafka({ authType: 'password', saslUsername: 'shop' })], good: [kafka({ authType: 'password', saslUsername: 'shop', saslPassword: { name: 'kafka', key: 'password' } })] },
    { bad: [component({ type: 'state.postgresql', version: 'v2', metadata: { timeout: '20s' } })], good: [component({ type: 'state.postgresql', version: 'v2', metadata: { connectionString: { name: 'pg', key: 'url' } } })] },
  ],
  'metadata-value': [
    { bad: [component({ metadata: { redisHost: 'redis:6379', redisPort: '70000' } })], good: [component({ metadata: { redisHost: 'redis', redisPort: '6379' } })] },
    { bad: [component({ metadata: { redisHost: 'redis:6379', enableTLS: 'enabled' } })], good: [component({ metadata: { redisHost: 'redis:6379', enableTLS: 'true' } })] },
    { bad: [kafka({ initialOffset: 'latest' })], good: [kafka({ initialOffset: 'oldest' })] },
    { bad: [kafka({ dialTimeout: '5 seconds' })], good: [kafka({ dialTimeout: '5s' })] },
  ],
  'metadata-form': [
    { bad: [component({ metadata: { redisHost: 'redis' } })], good: [component({ metadata: { redisHost: 'redis-0.redis:6379, [::1]:6379' } })] },
    { bad: [component({ metadata: { redisHost: 'redis://redis:6379' } })], good: [component({ metadata: { redisHost: '{HOST}' } })] },
    { bad: [kafka({ brokers: 'http://kafka:9092' })], good: [kafka({ brokers: 'kafka-0:9092,kafka-1:9092' })] },
    { bad: [kafka({ version: '4' })], good: [kafka({ version: '3.6.0' })] },
  ],
  'metadata-deprecated': [{ bad: [broker({}, { type: 'pubsub.kafka', metadata: { brokers: 'kafka:9092', authRequired: 'false' } })], good: [kafka({})] }],
  'secret-literal': [{ bad: [component({ metadata: { redisHost: 'redis:6379', redisPassword: 'hunter2' } })], good: [component({ metadata: { redisHost: 'redis:6379', redisPassword: '' } })] }, { bad: [broker({}, { type: 'pubsub.rabbitmq', metadata: { protocol: 'amqp', hostname: 'amqp://user:word@rabbit' } })], good: [broker({}, { type: 'pubsub.rabbitmq', metadata: { protocol: 'amqp', hostname: 'rabbit' } })] }],
  'topic-scopes': [
    { bad: [broker({ publishingScopes: 'desk=orders' }, { scopes: ['shop', 'desk'] })], good: [broker({ publishingScopes: 'desk=orders;shop=' }, { scopes: ['shop', 'desk'] })] },
    { bad: [broker({ publishingScopes: 'shop=orders;desk' })], good: [broker({ publishingScopes: 'shop=orders' })] },
  ],
  'topic-allowed': [{ bad: [broker({ allowedTopics: 'orders', publishingScopes: 'shop=order' })], good: [broker({ allowedTopics: 'orders', publishingScopes: 'shop=orders' })] }],
  'publish-denied': [{ bad: [broker({ publishingScopes: 'shop=' }), graph('/order', ['shop'])], good: [broker({ publishingScopes: 'shop=orders' }), graph('/order', ['shop'])] }, { bad: [broker(), graph('/order', ['desk'])], good: [broker({}, { scopes: ['desk'] }), graph('/order', ['desk'])] }],
  'topic-publisher': [{ bad: [broker({ publishingScopes: 'shop=orders-dead' }), subscription()], good: [broker({ publishingScopes: 'shop=orders,orders-dead' }), subscription()] }],
  'subscription-right': [{ bad: [broker({ subscriptionScopes: 'shop=' }), subscription()], good: [broker({ subscriptionScopes: 'shop=orders' }), subscription()] }],
  'dead-letter-missing': [{ bad: [subscription({ deadLetterTopic: undefined })], good: [subscription(), subscription({ topic: 'orders-dead', deadLetterTopic: undefined }, {}, 'dead')] }],
  'dead-letter-right': [
    { bad: [broker({ allowedTopics: 'orders' }), subscription()], good: [broker({ allowedTopics: 'orders,orders-dead' }), subscription()] },
    { bad: [broker({ publishingScopes: 'shop=orders' }), subscription()], good: [broker({ publishingScopes: 'shop=orders,orders-dead' }), subscription()] },
  ],
  'consumer-shared': [
    { bad: [broker({ consumerID: 'all' }, { scopes: ['shop', 'desk'] }), subscription({}, { scopes: ['shop', 'desk'] })], good: [broker({ consumerID: '{appID}' }, { scopes: ['shop', 'desk'] }), subscription({}, { scopes: ['shop', 'desk'] })] },
    { bad: [broker({ consumerID: 'all' }, { scopes: ['shop', 'desk'] }), subscription(), subscription({}, { scopes: ['desk'] }, 'again')], good: [kafka({ consumerGroup: 'all' }), subscription()] },
  ],
  'subscription-scopes': [{ bad: [subscription({}, { scopes: undefined })], good: [subscription()] }],
  'subscription-pubsub': [
    { bad: [broker(), subscription({ pubsubname: 'buss' })], good: [broker(), subscription()] },
    { bad: [component(), subscription({ pubsubname: 'store' })], good: [subscription()] },
    { bad: [broker({}, { scopes: ['desk'] }), subscription()], good: [broker({}, { scopes: ['desk', 'shop'] }), subscription()] },
  ],
  'subscription-route': [
    { bad: [subscription({ routes: {} })], good: [subscription({ routes: { rules: [{ match: 'event.type == "placed"', path: '/placed' }] } })] },
    { bad: [subscription({ routes: { default: 'orders' } })], good: [subscription()] },
  ],
  'subscription-twice': [{ bad: [subscription(), subscription({}, {}, 'again')], good: [subscription(), subscription({}, { scopes: ['desk'] }, 'again')] }],
  'bulk-subscribe': [{ bad: [subscription({ bulkSubscribe: { enabled: true, maxMessagesCount: 0 } })], good: [subscription({ bulkSubscribe: { enabled: true, maxMessagesCount: 10 } })] }],
  'access-action': [
    { bad: [access({ operations: [{ name: '/order', httpVerb: ['post'], action: 'allow' }] })], good: [access({ operations: [{ name: '/order', httpVerb: ['POST'], action: 'allow' }] })] },
    { bad: [access({ defaultAction: 'denied' })], good: [access({})] },
  ],
  'access-policy': [{ bad: [access({ trustDomain: undefined })], good: [access({})] }],
  'access-default': [{ bad: [access({}, { defaultAction: 'allow' })], good: [access({})] }, { bad: [access({ defaultAction: 'allow' })], good: [access({})] }],
  'access-twice': [{ bad: [configuration({ accessControl: { defaultAction: 'deny', policies: [{ appId: 'desk', namespace: 'default', trustDomain: 'public' }, { appId: 'desk', namespace: 'default', trustDomain: 'public' }] } })], good: [access({})] }],
  'access-app': [{ bad: [access({ appId: 'dessk' }), desk], good: [access({}), desk] }, { bad: [access({ namespace: 'market' }), app({ id: 'desk' })], good: [access({}), app({ id: 'desk' })] }],
  'access-trust': [{ bad: [access({ trustDomain: 'market' }), desk], good: [access({ trustDomain: 'market' }), app({ id: 'desk', annotations: { 'dapr.io/config': 'desk' } }), configuration({ accessControl: { defaultAction: 'deny', trustDomain: 'market' } }, 'desk')] }],
  'invocation-denied': [
    { bad: [access({}), listened(), desk, resiliency({}, { apps: { shop: {} } })], good: [access({ operations: [{ name: '/order', httpVerb: ['POST'], action: 'allow' }] }), listened(), desk, resiliency({}, { apps: { shop: {} } })] },
    { bad: [access({ operations: [{ name: '/order', httpVerb: ['POST'], action: 'allow' }], namespace: 'other' }), listened(), desk, app({ id: 'desk', rest: { metadata: { name: 'desk', namespace: 'other' } } }), resiliency({}, { apps: { shop: {} } })], good: [access({ namespace: 'other' }), listened()] },
    { bad: [access({}), listened(), desk, graph('/order')], good: [access({ operations: [{ name: '/order', httpVerb: ['POST'], action: 'allow' }] }), listened(), desk, graph('/order')] },
  ],
  'secret-scope': [{ bad: [configuration({ secrets: { scopes: [{ storeName: 'kubernetes', allowedSecrets: ['*'] }] } })], good: [configuration({ secrets: { scopes: [{ storeName: 'kubernetes', defaultAccess: 'deny', allowedSecrets: ['mail'] }] } })] }],
  'secret-scope-store': [{ bad: [configuration({ secrets: { scopes: [{ storeName: 'file' }] } }), component({ name: 'files', type: 'secretstores.local.env', metadata: {} })], good: [configuration({ secrets: { scopes: [{ storeName: 'files' }] } }), component({ name: 'files', type: 'secretstores.local.env', metadata: {} })] }],
  'api-name': [{ bad: [configuration({ api: { allowed: [{ name: 'pubsub', version: 'v1.0' }] } })], good: [configuration({ api: { allowed: [{ name: 'publish', version: 'v1.0' }] } })] }],
  'mtls-off': [{ bad: [configuration({ mtls: { enabled: false, controlPlaneTrustDomain: 'cluster.local', sentryAddress: 'sentry:443' } })], good: [configuration({})] }],
  'sampling-rate': [{ bad: [configuration({ tracing: { samplingRate: '50' } })], good: [configuration({ tracing: { samplingRate: '0.5' } })] }],
  'resiliency-policy': [{ bad: [resiliency({ retries: { again: retry } }, { apps: { shop: { retry: 'agian' } } })], good: [resiliency({ retries: { again: retry } }, { apps: { shop: { retry: 'again' } } })] }],
  'resiliency-target': [{ bad: [resiliency({ timeouts: { short: '1s' } }, { components: { stor: { outbound: { timeout: 'short' } } } }), component()], good: [resiliency({ timeouts: { short: '1s' } }, { components: { store: { outbound: { timeout: 'short' } } } }), component()] }],
  'resiliency-value': [
    { bad: [resiliency({ timeouts: { short: '1 second' } }, {})], good: [resiliency({ timeouts: { short: '1s' } }, {})] },
    { bad: [resiliency({ retries: { again: { ...retry, policy: 'linear' } } }, {})], good: [resiliency({ retries: { again: retry } }, {})] },
  ],
  'retry-endless': [{ bad: [resiliency({ retries: { again: { ...retry, maxRetries: undefined } } }, {})], good: [resiliency({ retries: { again: retry } }, {})] }],
  'retry-everything': [{ bad: [resiliency({ retries: { again: { ...retry, matching: undefined } } }, { apps: { shop: { retry: 'again' } } })], good: [resiliency({ retries: { again: { ...retry, matching: undefined } } }, { components: { bus: { inbound: { retry: 'again' } } } })] }],
  'annotation-place': [
    { bad: [app({ rest: { metadata: { name: 'shop', annotations: { 'dapr.io/enabled': 'true' } } } })], good: [app()] },
    { bad: [{ ...service(), metadata: { name: 'shop', annotations: { 'dapr.io/enabled': 'true' } } }], good: [service()] },
    { bad: [app({ labels: { app: 'shop', 'dapr.io/enabled': 'true' } })], good: [{ apiVersion: 'v1', kind: 'Pod', metadata: { name: 'shop', annotations: { 'dapr.io/enabled': 'true', 'dapr.io/app-id': 'shop' } }, spec: { containers: [] } }] },
  ],
  'annotation-name': [{ bad: [app({ annotations: { 'dapr.io/app-prot': '8000' } })], good: [app()] }],
  'annotation-value': [
    { bad: [app({ annotations: { 'dapr.io/app-port': '80000' }, container: { ports: [] } })], good: [app()] },
    { bad: [app({ annotations: { 'dapr.io/enabled': true } })], good: [app()] },
    { bad: [app({ annotations: { 'dapr.io/log-level': 'verbose' } })], good: [app({ annotations: { 'dapr.io/log-level': 'debug' } })] },
  ],
  'annotation-enabled': [{ bad: [{ apiVersion: 'v1', kind: 'Pod', metadata: { name: 'shop', annotations: { 'dapr.io/app-id': 'shop' } } }], good: [{ apiVersion: 'v1', kind: 'Pod', metadata: { name: 'shop', annotations: { 'dapr.io/app-id': 'shop', 'dapr.io/enabled': 'false' } } }] }],
  'app-id': [{ bad: [{ apiVersion: 'v1', kind: 'Pod', metadata: { name: 'shop', annotations: { 'dapr.io/enabled': 'true' } } }], good: [app()] }],
  'app-id-twice': [{ bad: [app(), app({ id: 'desk', annotations: { 'dapr.io/app-id': 'shop' } })], good: [app(), desk] }],
  'app-port': [{ bad: [app({ annotations: { 'dapr.io/app-port': '8080' } })], good: [app()] }],
  'configuration-missing': [{ bad: [app({ annotations: { 'dapr.io/config': 'shopp' } }), configuration({})], good: [app({ annotations: { 'dapr.io/config': 'shop' } }), configuration({})] }],
  'sidecar-token': [{ bad: [app({ annotations: { 'dapr.io/api-token-secret': 'token' } })], good: [app({ annotations: { 'dapr.io/api-token-secret': 'token' }, container: { env: [{ name: 'DAPR_API_TOKEN', valueFrom: { secretKeyRef: { name: 'token', key: 'token' } } }] } })] }],
  'sidecar-open': [{ bad: [app({ annotations: { 'dapr.io/sidecar-listen-addresses': '0.0.0.0' } })], good: [app({ annotations: { 'dapr.io/sidecar-listen-addresses': '[::1],127.0.0.1' } })] }],
  'sidecar-secret-store': [{ bad: [app({ pod: { automountServiceAccountToken: false } })], good: [app({ pod: { automountServiceAccountToken: false }, annotations: { 'dapr.io/disable-builtin-k8s-secret-store': 'true' } })] }],
  'shutdown-time': [{ bad: [app({ annotations: { 'dapr.io/block-shutdown-duration': '30s' } })], good: [app({ annotations: { 'dapr.io/block-shutdown-duration': '30s' }, pod: { terminationGracePeriodSeconds: 60 } })] }],
  'sidecar-port': [{ bad: [app({ container: { ports: [{ containerPort: 8000 }, { containerPort: 9090 }] } })], good: [app()] }],
  'resource-limits': [{ bad: [app({ container: { resources: { requests: { cpu: '1', memory: '16Mi' }, limits: { cpu: '500m' } } } })], good: [app({ container: { resources: { requests: { cpu: '500m', memory: '16Mi' }, limits: { cpu: '1', memory: '1Gi' } } } })] }],
  privileged: [
    { bad: [app({ container: { securityContext: { privileged: true } } })], good: [app({ container: { securityContext: { privileged: false } } })] },
    { bad: [app({ pod: { hostNetwork: true } })], good: [app()] },
    { bad: [app({ pod: { volumes: [{ name: 'node', hostPath: { path: '/' } }] } })], good: [app({ pod: { volumes: [{ name: 'tmp', emptyDir: {} }] } })] },
  ],
  'role-secrets': [{ bad: [role({})], good: [role({ resourceNames: ['mail'] })] }, { bad: [role({ resourceNames: ['mail'], verbs: ['get', 'list'] })], good: [role({ resources: ['pods'] })] }],
  'role-wide': [{ bad: [binding('cluster-admin')], good: [binding('view')] }],
  'image-tag': [
    { bad: [app({ container: { image: 'shop:latest' } })], good: [app({ container: { image: 'shop:1.0' } })] },
    { bad: [app({ container: { image: 'registry:5000/shop' } })], good: [app({ container: { image: `shop@sha256:${'0'.repeat(64)}` } })] },
  ],
  'resource-requests': [{ bad: [app({ container: { resources: { limits: { cpu: '1' } } } })], good: [app()] }],
  'probe-missing': [{ bad: [app({ container: { readinessProbe: undefined } })], good: [app()] }],
  'probe-port': [{ bad: [app({ container: { readinessProbe: { httpGet: { path: '/ready', port: 8080 } } } })], good: [app({ container: { readinessProbe: { httpGet: { path: '/ready', port: 'http' } } } })] }],
  'probe-gate': [
    { bad: [app({ container: { readinessProbe: { httpGet: { path: '/health', port: 8000 } } } })], good: [app()] },
    { bad: [app({ container: { readinessProbe: { httpGet: { path: '/v1.0/healthz', port: 3500 } } } })], good: [app()] },
    { bad: [app({ container: { livenessProbe: { exec: { command: ['curl', 'http://localhost:3500/v1.0/healthz'] } } } })], good: [app()] },
    { bad: [app({ annotations: { 'dapr.io/enable-app-health-check': 'true', 'dapr.io/app-health-check-path': '/ready' } })], good: [app({ annotations: { 'dapr.io/enable-app-health-check': 'true', 'dapr.io/app-health-check-path': '/health' } })] },
  ],
  'root-user': [{ bad: [app({ container: { securityContext: { runAsUser: 0 } } })], good: [app({ container: { securityContext: { runAsUser: 65532 } } })] }, { bad: [app({ pod: { securityContext: { runAsUser: 0 } } })], good: [app({ pod: { securityContext: { runAsNonRoot: true } } })] }],
  'env-secret': [{ bad: [app({ container: { env: [{ name: 'MAIL_PASSWORD', value: 'hunter2' }] } })], good: [app({ container: { env: [{ name: 'MAIL_HOST', value: 'mail' }] } })] }, { bad: [app({ container: { env: [{ name: 'DATABASE_URL', value: 'postgres://shop:word@db/shop' }] } })], good: [app({ container: { env: [{ name: 'DATABASE_URL', value: 'postgres://db:5432/shop' }] } })] }],
  'selector-pods': [{ bad: [app({ labels: { app: 'other' } })], good: [app()] }],
  'service-pods': [{ bad: [app(), app({ id: 'desk', labels: { app: 'desk', part: 'x' } }), service({ selector: { part: 'x' } }), app({ id: 'till', labels: { app: 'till', part: 'x' } })], good: [app(), desk, service()] }],
  'port-range': [
    { bad: [service({ ports: [{ port: 70_000, targetPort: 8000 }] })], good: [service()] },
    { bad: [app({ container: { ports: [{ containerPort: 8000 }, { containerPort: 0 }] } })], good: [app()] },
  ],
  'service-nobody': [{ bad: [app(), service({ selector: { app: 'shopp' } })], good: [app(), { ...service({ selector: { app: 'installed-by-others' } }), metadata: { name: 'redis' } }] }],
  'service-port': [{ bad: [app(), service({ ports: [{ port: 80, targetPort: 8080 }] })], good: [app(), service({ ports: [{ port: 80, targetPort: 'http' }] })] }],
  'policy-pods': [{ bad: [networkPolicy({}, 'shopp'), app()], good: [networkPolicy({}), app()] }, { bad: [networkPolicy({ podSelector: { matchExpressions: [{ key: 'app', operator: 'NotIn', values: ['shop'] }] } }), app()], good: [networkPolicy({ podSelector: {} }), app()] }],
  'policy-port': [{ bad: [networkPolicy({ ingress: [peer('from', 'desk', 80)] }), app()], good: [networkPolicy({ ingress: [peer('from', 'desk', 8000), peer('from', 'desk', 50002)] }), app()] }],
  'policy-dns': [
    { bad: [networkPolicy({ egress: toDapr() }), app()], good: [networkPolicy({ egress: out }), app()] },
    { bad: [networkPolicy({ policyTypes: ['Egress'], egress: toDapr() }), app()], good: [networkPolicy({ policyTypes: ['Egress'], egress: toDapr() }), networkPolicy({ podSelector: {}, egress: [{ ports: [{ protocol: 'UDP', port: 53 }] }] }, 'dns'), app()] },
  ],
  'policy-control-plane': [
    { bad: [networkPolicy({ egress: [toDns, ...toDapr(443)] }), app()], good: [networkPolicy({ egress: out }), app()] },
    { bad: [networkPolicy({ egress: [toDns] }), app()], good: [networkPolicy({ egress: [toDns, ...toDapr(6500, 'dapr')] }), app()] },
  ],
  'policy-sidecar': [
    { bad: [networkPolicy({ ingress: [peer('from', 'desk', 8000)] }), ...invocation], good: [networkPolicy({ ingress: [peer('from', 'desk', 50002)] }), ...invocation] },
    { bad: [networkPolicy({ egress: [...out, peer('to', 'shop', 8000)] }, 'desk'), ...invocation], good: [networkPolicy({ egress: [...out, peer('to', 'shop', 50002)] }, 'desk'), ...invocation] },
  ],
  'policy-server': [
    { bad: [networkPolicy({ egress: out }), ...server], good: [networkPolicy({ egress: [...out, peer('to', 'redis', 6379)] }), ...server] },
    { bad: [networkPolicy({ ingress: [peer('from', 'desk', 6379)] }, 'redis'), ...server], good: [networkPolicy({ ingress: [peer('from', 'shop', 6379)] }, 'redis'), ...server] },
  ],
}
