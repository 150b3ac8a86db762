import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

import { stringify } from 'yaml'

import { type AnyStack, type ComponentKind, deadLetterMetadata, graphOf, topicRights } from '../../../config/define/index.ts'

/** What stands behind the components of a self-hosted stack. */
export interface Backends {
  readonly redisPort: number
  readonly secretsFile: string
}

const behind = ({ redisPort, secretsFile }: Backends): Record<ComponentKind, { type: string; metadata: { name: string; value: string }[] }> => ({
  state: { type: 'state.redis', metadata: [{ name: 'redisHost', value: `127.0.0.1:${redisPort}` }] },
  pubsub: { type: 'pubsub.redis', metadata: [{ name: 'redisHost', value: `127.0.0.1:${redisPort}` }] },
  secrets: { type: 'secretstores.local.file', metadata: [{ name: 'secretsFile', value: secretsFile }, { name: 'nestedSeparator', value: ':' }, { name: 'multiValued', value: 'true' }] },
})

/** What the cluster's component says of each app's topics. */
const topicScopes = (stack: AnyStack, name: string) => {
  const rights = topicRights(graphOf(stack), name)
  return [
    { name: 'publishingScopes', value: rights.map(({ app, publishes }) => `${app}=${publishes.join(',')}`).join(';') },
    { name: 'subscriptionScopes', value: rights.map(({ app, subscribes }) => `${app}=${subscribes.join(',')}`).join(';') },
  ]
}

const component = (stack: AnyStack, name: string, kind: ComponentKind, scopes: readonly string[], backends: Backends) => {
  const { type, metadata } = behind(backends)[kind]
  const all = kind === 'pubsub' ? [...metadata, ...topicScopes(stack, name)] : metadata
  return { apiVersion: 'dapr.io/v1alpha1', kind: 'Component', metadata: { name }, scopes, spec: { type, version: 'v1', metadata: all } }
}

const subscription = (name: string, app: string, spec: object) => ({ apiVersion: 'dapr.io/v2alpha1', kind: 'Subscription', metadata: { name }, scopes: [app], spec })

/** Each subscription of the stack and that to its dead letters, as the cluster has them. */
const subscriptions = (stack: AnyStack) =>
  graphOf(stack).subscriptions.flatMap((edge) => {
    const { name, app, topic, pubsub, route, deadLetterTopic, deadLetters } = edge
    const common = { pubsubname: pubsub, deadLetterTopic }
    return [
      subscription(name, app, { ...common, topic, routes: { default: route } }),
      subscription(deadLetters.name, app, { ...common, topic: deadLetterTopic, routes: { default: deadLetters.route }, metadata: deadLetterMetadata(edge) }),
    ]
  })

/** Inbound retries as the cluster has them, only fewer and faster. */
const resiliency = (stack: AnyStack) => {
  const pubsubs = graphOf(stack).components.filter(({ kind }) => kind === 'pubsub')
  const target = { inbound: { retry: 'delivery' } }
  return {
    apiVersion: 'dapr.io/v1alpha1',
    kind: 'Resiliency',
    metadata: { name: 'resiliency' },
    spec: {
      policies: { retries: { delivery: { policy: 'constant', duration: '200ms', maxRetries: 3 } } },
      targets: { components: Object.fromEntries(pubsubs.map(({ name }) => [name, target])) },
    },
  }
}

/** Writes what `daprd --resources-path` reads: the components (without those named in `leftOut`), subscriptions and retries of a stack. */
export const writeResources = async (folder: string, stack: AnyStack, backends: Backends, leftOut: readonly string[] = []): Promise<void> => {
  const components = graphOf(stack)
    .components.filter(({ name }) => !leftOut.includes(name))
    .map(({ name, kind, users }) => component(stack, name, kind, users, backends))
  const manifests = [...components, ...subscriptions(stack), resiliency(stack)]
  await mkdir(folder, { recursive: true })
  await Promise.all(
    manifests.map((manifest) => writeFile(join(folder, `${manifest.kind}-${manifest.metadata.name}.yaml`.toLowerCase()), stringify(manifest))),
  )
}
