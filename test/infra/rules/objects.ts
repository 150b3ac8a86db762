type Fields = Readonly<Record<string, unknown>>

/** A metadata item with a value, or with a reference to a Secret. */
export const item = (name: string, value: unknown): Fields => (typeof value === 'object' ? { name, secretKeyRef: value } : { name, value })

const items = (values: Fields): Fields[] => Object.entries(values).map(([name, value]) => item(name, value))

interface ComponentChange {
  readonly name?: string
  readonly type?: string
  readonly version?: string
  readonly metadata?: Fields
  readonly scopes?: readonly string[]
  readonly rest?: Fields
}

/** A Component without flaws: a Redis state store of the app `shop`. */
export const component = ({ name = 'store', type = 'state.redis', version = 'v1', metadata = { redisHost: 'redis:6379' }, scopes = ['shop'], rest = {} }: ComponentChange = {}): Fields => ({
  apiVersion: 'dapr.io/v1alpha1',
  kind: 'Component',
  metadata: { name },
  spec: { type, version, metadata: items(metadata) },
  ...(scopes.length > 0 && { scopes }),
  ...rest,
})

/** A pubsub Component without flaws, on Redis. */
export const broker = (metadata: Fields = {}, change: ComponentChange = {}): Fields =>
  component({ name: 'bus', type: 'pubsub.redis', metadata: { redisHost: 'redis:6379', ...metadata }, ...change })

export const subscription = (spec: Fields = {}, rest: Fields = {}, name = 'orders'): Fields => ({
  apiVersion: 'dapr.io/v2alpha1',
  kind: 'Subscription',
  metadata: { name },
  spec: { pubsubname: 'bus', topic: 'orders', routes: { default: '/orders' }, deadLetterTopic: 'orders-dead', ...spec },
  scopes: ['shop'],
  ...rest,
})

export const configuration = (spec: Fields, name = 'shop'): Fields => ({ apiVersion: 'dapr.io/v1alpha1', kind: 'Configuration', metadata: { name }, spec })

/** A Configuration with one policy. */
export const access = (policy: Fields, control: Fields = {}, name = 'shop'): Fields =>
  configuration({ accessControl: { defaultAction: 'deny', trustDomain: 'public', policies: [{ appId: 'desk', namespace: 'default', trustDomain: 'public', defaultAction: 'deny', operations: [], ...policy }], ...control } }, name)

export const resiliency = (policies: Fields, targets: Fields): Fields => ({
  apiVersion: 'dapr.io/v1alpha1',
  kind: 'Resiliency',
  metadata: { name: 'calls' },
  spec: { policies, targets },
  scopes: ['desk'],
})

interface AppChange {
  readonly id?: string
  readonly annotations?: Fields
  readonly container?: Fields
  readonly pod?: Fields
  readonly rest?: Fields
  readonly labels?: Fields
}

/** A Deployment without flaws, with a sidecar. */
export const app = ({ id = 'shop', annotations = {}, container = {}, pod = {}, rest = {}, labels = { app: id } }: AppChange = {}): Fields => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: id },
  spec: {
    selector: { matchLabels: { app: id } },
    template: {
      metadata: { labels, annotations: { 'dapr.io/enabled': 'true', 'dapr.io/app-id': id, 'dapr.io/app-port': '8000', ...annotations } },
      spec: {
        ...pod,
        containers: [{
          name: id,
          image: 'shop:1',
          ports: [{ name: 'http', containerPort: 8000 }],
          resources: { requests: { cpu: '10m', memory: '16Mi' } },
          readinessProbe: { httpGet: { path: '/ready', port: 8000 } },
          livenessProbe: { httpGet: { path: '/health', port: 8000 } },
          ...container,
        }],
      },
    },
  },
  ...rest,
})

export const service = (spec: Fields = {}): Fields => ({ apiVersion: 'v1', kind: 'Service', metadata: { name: 'shop' }, spec: { selector: { app: 'shop' }, ports: [{ port: 80, targetPort: 8000 }], ...spec } })

export const secret = (name: string, keys: Fields): Fields => ({ apiVersion: 'v1', kind: 'Secret', metadata: { name }, stringData: keys })

export const networkPolicy = (spec: Fields, name = 'shop'): Fields => ({ apiVersion: 'networking.k8s.io/v1', kind: 'NetworkPolicy', metadata: { name }, spec: { podSelector: { matchLabels: { app: name } }, ...spec } })

const inNamespace = (namespace: string, labels: Fields): Fields => ({ namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': namespace } }, podSelector: { matchLabels: labels } })

/** What the pods of an app must be let out to. */
export const toDns: Fields = { to: [inNamespace('kube-system', { 'k8s-app': 'kube-dns' })], ports: ['UDP', 'TCP'].map((protocol) => ({ protocol, port: 53 })) }
export const toDapr = (operator = 6500, namespace = 'dapr-system'): Fields[] =>
  [['dapr-operator', operator], ['dapr-sentry', 50001]].map(([name, port]) => ({ to: [inNamespace(namespace, { app: name })], ports: [{ protocol: 'TCP', port }] }))

/** Other pods of the namespace, at a port. */
export const peer = (direction: 'from' | 'to', name: string, port: number): Fields => ({ [direction]: [{ podSelector: { matchLabels: { app: name } } }], ports: [{ protocol: 'TCP', port }] })
