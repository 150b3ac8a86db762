import type { DaprAppProps } from './app-settings.ts'
import { lifeAnnotations } from './pod-life.ts'
import { goMemoryLimit, type Resources, sidecarResources } from './resources.ts'
import { mountAnnotation } from './sidecar-volumes.ts'

const resourceAnnotations = ({ requests, limits }: Resources): Record<string, string> => ({
  'dapr.io/sidecar-cpu-request': requests.cpu,
  'dapr.io/sidecar-memory-request': requests.memory,
  'dapr.io/sidecar-cpu-limit': limits.cpu,
  'dapr.io/sidecar-memory-limit': limits.memory,
})

/** What the pods of an app tell Dapr's injector. `secrets` are those that the app reads. */
export const sidecarAnnotations = (props: DaprAppProps, secrets: readonly string[]): Record<string, string> => {
  const { app, shutdown, configDigest, tokens, authorities, sidecar = sidecarResources } = props
  return {
    'dapr.io/enabled': 'true',
    'dapr.io/app-id': app.id,
    'dapr.io/app-port': String(app.port),
    'dapr.io/config': app.id,
    'dapr.io/enable-api-logging': 'true',
    ...lifeAnnotations(shutdown),
    ...resourceAnnotations(sidecar),
    // Without a service-account token the built-in store stops the sidecar at its start.
    ...(secrets.length === 0 && { 'dapr.io/disable-builtin-k8s-secret-store': 'true' }),
    ...(tokens && { 'dapr.io/api-token-secret': tokens.api, 'dapr.io/app-token-secret': tokens.app }),
    ...mountAnnotation({ authorities, readsSecrets: secrets.length > 0 }),
    'dapr.io/env': `GOMEMLIMIT=${goMemoryLimit(sidecar.limits.memory)}`,
    'dapr-stack/config-digest': configDigest,
  }
}
