import { thingsOf } from '../../../infra/rules/things.ts'
import type { Evidence, SidecarEvidence } from '../../../cli/doctor/evidence.ts'
import type { KubeObject } from '../../../cli/kube/port.ts'
import type { DeployedGraph } from '../../../cli/stack/graph.ts'
import { type Pod, podOf } from '../../../cli/stack/up/pods.ts'

type Json = Readonly<Record<string, unknown>>

const part = (name: string, readyReplicas = 1): KubeObject => ({ apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name, namespace: 'dapr-system', labels: { app: name } }, spec: { replicas: 1 }, status: { readyReplicas } })

/** The control plane, with these parts down. */
export const controlPlane = (...down: readonly string[]): KubeObject[] => ['dapr-operator', 'dapr-sentry', 'dapr-sidecar-injector'].map((name) => part(name, down.includes(name) ? 0 : 1))

export const webhook = (namespaceSelector: unknown): KubeObject => ({ apiVersion: 'admissionregistration.k8s.io/v1', kind: 'MutatingWebhookConfiguration', metadata: { name: 'dapr-sidecar-injector' }, webhooks: [{ namespaceSelector }] })

const annotationsOf = (app: string): Record<string, string> => ({ 'dapr.io/enabled': 'true', 'dapr.io/app-id': app, 'dapr.io/app-port': '8000', 'dapr.io/disable-builtin-k8s-secret-store': 'true' })

export interface DeploymentParts {
  /** Changes of the pods' annotations; undefined takes one away. */
  readonly annotations?: Readonly<Record<string, string | undefined>>
  /** Annotations of the Deployment itself. */
  readonly own?: Readonly<Record<string, string>>
  readonly env?: readonly unknown[]
  readonly spec?: Json
  readonly status?: Json
  readonly pod?: Json
}

export const deployment = (name: string, { annotations = {}, own, env = [], spec = {}, status = { replicas: 1, updatedReplicas: 1, readyReplicas: 1, availableReplicas: 1 }, pod = {} }: DeploymentParts = {}): KubeObject => {
  const all = Object.fromEntries(Object.entries({ ...annotationsOf(name), ...annotations }).filter(([, value]) => value !== undefined))
  const template = { metadata: { labels: { app: name }, annotations: all }, spec: { containers: [{ name, image: 'shop:1', ports: [{ containerPort: 8000 }], env }], ...pod } }
  return { apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name, namespace: 'market', ...(own && { annotations: own }) }, spec: { replicas: 1, selector: { matchLabels: { app: name } }, template, ...spec }, status }
}

/** A workload that is no app. */
export const server = (name: string, parts: DeploymentParts = {}): KubeObject =>
  deployment(name, { ...parts, annotations: { 'dapr.io/enabled': undefined, 'dapr.io/app-id': undefined, 'dapr.io/app-port': undefined, 'dapr.io/disable-builtin-k8s-secret-store': undefined } })

export const service = (name: string): KubeObject => ({ apiVersion: 'v1', kind: 'Service', metadata: { name, namespace: 'market' }, spec: { selector: { app: name } } })

export const component = (name: string, type: string, { metadata = [], scopes = ['shop'] }: { readonly metadata?: readonly unknown[]; readonly scopes?: readonly string[] } = {}): KubeObject => ({
  apiVersion: 'dapr.io/v1alpha1', kind: 'Component', metadata: { name, namespace: 'market' }, spec: { type, version: 'v1', metadata }, scopes,
})

export const subscription = (name: string, spec: Json = {}, scopes: readonly string[] = ['shop']): KubeObject => ({
  apiVersion: 'dapr.io/v2alpha1', kind: 'Subscription', metadata: { name, namespace: 'market' }, spec: { pubsubname: 'bus', topic: 'orders', routes: { default: '/events/orders' }, ...spec }, scopes,
})

export const configuration = (name: string, spec: Json = {}): KubeObject => ({ apiVersion: 'dapr.io/v1alpha1', kind: 'Configuration', metadata: { name, namespace: 'market' }, spec })

const running = (name: string, changes: Json = {}): Json => ({ name, ready: true, restartCount: 0, state: { running: {} }, ...changes })

export interface PodParts {
  readonly annotations?: Readonly<Record<string, string | undefined>>
  readonly sidecar?: Json | null
  readonly app?: Json
  readonly conditions?: readonly Json[]
}

/** A pod of an app with its sidecar; changes of the states of both, null for no sidecar. */
export const pod = (name: string, { annotations = {}, sidecar = {}, app = {}, conditions }: PodParts = {}): Pod => {
  const statuses = [running(name, app), ...(sidecar === null ? [] : [running('daprd', sidecar)])]
  const ready = statuses.every((status) => status['ready'] === true)
  const all = Object.fromEntries(Object.entries({ ...annotationsOf(name), ...annotations }).filter(([, value]) => value !== undefined))
  return podOf({
    apiVersion: 'v1', kind: 'Pod',
    metadata: { name: `${name}-1`, uid: name, namespace: 'market', labels: { app: name }, annotations: all as Record<string, string> },
    spec: { containers: [{ name, image: 'shop:1' }, ...(sidecar === null ? [] : [{ name: 'daprd', image: 'daprd' }])] },
    status: { phase: 'Running', conditions: conditions ?? [{ type: 'Ready', status: ready ? 'True' : 'False' }], containerStatuses: statuses },
  })
}

/** The states of a container that keeps ending. */
export const crashing = { ready: false, restartCount: 3, state: { waiting: { reason: 'CrashLoopBackOff' } }, lastState: { terminated: { reason: 'Error', exitCode: 1 } } }

/** A sidecar that answers and has loaded what the graph wants. */
export const sidecar = (app: string, changes: Partial<SidecarEvidence> = {}): SidecarEvidence => ({
  app,
  pod: pod(app),
  metadata: { id: app, runtimeVersion: '1.18.2', components: [{ name: 'store', type: 'state.redis' }, { name: 'bus', type: 'pubsub.redis' }], subscriptions: [{ pubsubname: 'bus', topic: 'orders' }] },
  ...changes,
})

/** A sidecar that keeps ending, with the line that says why. */
export const endingSidecar = (app: string, message: string, changes: Partial<SidecarEvidence> = {}): SidecarEvidence => ({
  app, pod: pod(app, { sidecar: crashing }), log: [`time="2026-01-01T00:00:00Z" level=fatal msg="${message.replaceAll('"', String.raw`\"`)}" app_id=${app}`], ...changes,
})

export const logLine = (message: string, level = 'info'): string => `time="2026-01-01T00:00:00Z" level=${level} msg="${message.replaceAll('"', String.raw`\"`)}" app_id=shop`

/** A shop that keeps orders, publishes them and hears them. */
export const graph: DeployedGraph = {
  apps: [{ id: 'shop', port: 8000, components: ['bus', 'store'], jobs: [] }],
  components: [{ name: 'store', kind: 'state', users: ['shop'] }, { name: 'bus', kind: 'pubsub', users: ['shop'] }],
  topics: [{ name: 'orders', pubsub: 'bus', publishers: ['shop'] }],
  subscriptions: [{ name: 'shop-orders', app: 'shop', topic: 'orders', pubsub: 'bus', route: '/events/orders' }],
  invocations: [],
  secrets: [],
}

export const healthyObjects: readonly KubeObject[] = [deployment('shop'), component('store', 'state.redis'), component('bus', 'pubsub.redis'), subscription('shop-orders')]

/** A healthy shop, with something else known of it. */
export const evidence = (changes: Partial<Omit<Evidence, 'things'>> = {}): Evidence => {
  const objects = changes.objects ?? healthyObjects
  return {
    namespace: 'market',
    graph,
    controlPlane: { kinds: true, deployments: controlPlane(), webhook: webhook({}), configuration: null },
    clocks: [],
    namespaceLabels: { 'kubernetes.io/metadata.name': 'market' },
    listed: new Set(['Deployment', 'StatefulSet', 'DaemonSet', 'Service', 'ServiceAccount', 'Component', 'Configuration', 'Subscription', 'Pod']),
    pods: [pod('shop')],
    events: [],
    secrets: new Map(),
    sidecars: [sidecar('shop')],
    reads: [],
    brokers: [],
    deadLetters: [],
    ...changes,
    objects,
    things: thingsOf(objects),
  }
}
