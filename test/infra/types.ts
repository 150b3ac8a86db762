// Checked by `npm run types`, never run: each @ts-expect-error stands at the mistake and fails when the mistake compiles.
import type { Construct } from 'constructs'

import { type TaskStack, stack } from '../../config/tasks/index.ts'
import { type AppSettings, type Backends, DaprStack, PubSub, SecretStore, StateStore } from '../../infra/constructs/index.ts'

const redis = { host: 'redis:6379' }
const app: AppSettings = {
  replicas: 1,
  servicePort: 80,
  resources: { requests: { cpu: '1m', memory: '1Mi' }, limits: { cpu: '1m', memory: '1Mi' } },
}
const apps = { 'task-api': app, 'notification-service': app, 'ai-service': app }
const statestore = StateStore.redis(redis)
const stores = { statestore, 'notification-store': statestore }
const pubsub = PubSub.redis(redis)
const secrets = SecretStore.kubernetes()
const rest = { stack, image: 'tasks:1', command: () => ['node'] }

export const sound = (scope: Construct) =>
  new DaprStack(scope, 'tasks', { ...rest, apps, backends: { ...stores, pubsub, 'kubernetes-secrets': secrets } })

export const pubsubAsStateStore = (scope: Construct) =>
  // @ts-expect-error -- Redis as a broker is no state store
  new DaprStack(scope, 'tasks', { ...rest, apps, backends: { ...stores, statestore: PubSub.redis(redis), pubsub, 'kubernetes-secrets': secrets } })

export const backendsOfTheWrongKind = {
  'notification-store': statestore,
  // @ts-expect-error -- a state store carries no topics
  pubsub: StateStore.redis(redis),
  // @ts-expect-error -- a secret store keeps no state
  statestore: SecretStore.kubernetes(),
  // @ts-expect-error -- a broker holds no secrets
  'kubernetes-secrets': PubSub.redis(redis),
} satisfies Backends<TaskStack>

export const backendLeftOut = (scope: Construct) =>
  // @ts-expect-error -- nothing stands behind pubsub
  new DaprStack(scope, 'tasks', { ...rest, apps, backends: { ...stores, 'kubernetes-secrets': secrets } })

export const backendOfUnknownComponent = (scope: Construct) =>
  // @ts-expect-error -- no component of that name
  new DaprStack(scope, 'tasks', { ...rest, apps, backends: { ...stores, pubsub, pubsbu: pubsub, 'kubernetes-secrets': secrets } })

export const appLeftOut = (scope: Construct) =>
  // @ts-expect-error -- nothing is said of notification-service
  new DaprStack(scope, 'tasks', { ...rest, apps: { 'task-api': app, 'ai-service': app }, backends: { ...stores, pubsub, 'kubernetes-secrets': secrets } })

export const unknownApp = (scope: Construct) =>
  // @ts-expect-error -- no app of that name
  new DaprStack(scope, 'tasks', { ...rest, apps: { ...apps, 'task-apy': app }, backends: { ...stores, pubsub, 'kubernetes-secrets': secrets } })

export const passwordInTheManifest = () =>
  // @ts-expect-error -- a password is named, never written down
  StateStore.redis({ ...redis, password: 'letmein' })
