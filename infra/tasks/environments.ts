import type { TaskStack } from '../../config/tasks/index.ts'
import { type AppSettings, type Backends, PubSub, redisAddress, SecretStore, StateStore } from '../constructs/index.ts'

/** What differs between the places the task stack runs in. */
export interface Environment {
  /** What stands behind each component of the config. */
  readonly backends: Backends<TaskStack>
  /** Redis servers that the environment brings along. */
  readonly redisServers: readonly { readonly name: string; readonly storage: string }[]
  readonly apps: Readonly<Record<keyof TaskStack['services'], AppSettings>>
}

const redis = 'redis-master'

const small: AppSettings = {
  replicas: 2,
  servicePort: 80,
  resources: { requests: { cpu: '100m', memory: '128Mi' }, limits: { cpu: '500m', memory: '256Mi' } },
}

/** The presets, by the value of STACK_ENV. */
export const environments = {
  /** A Redis without password in the namespace is both store and broker. Nothing to prepare, nothing to rely on in production. */
  dev: {
    backends: {
      statestore: StateStore.redis({ host: redisAddress(redis) }),
      pubsub: PubSub.redis({ host: redisAddress(redis) }),
      'kubernetes-secrets': SecretStore.kubernetes(),
    },
    redisServers: [{ name: redis, storage: '1Gi' }],
    apps: { 'task-api': small, 'notification-service': small },
  },
} as const satisfies Readonly<Record<string, Environment>>

export type EnvironmentName = keyof typeof environments
