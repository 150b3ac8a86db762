import { App, Chart } from 'cdk8s'
import { z } from 'zod'

import { type AnyStack, defineStack } from '../../config/define/index.ts'
import { DaprStack, PubSub, StateStore } from '../../infra/constructs/index.ts'

const event = z.object({ id: z.string() })
const request = { request: event, response: event, idempotent: true } as const

const settings = { replicas: 2, servicePort: 80, resources: { requests: { cpu: '100m', memory: '128Mi' }, limits: { cpu: '500m', memory: '256Mi' } } } as const

const keyed = <T>(names: readonly string[], valueOf: (name: string, index: number) => T): Record<string, T> => Object.fromEntries(names.map((name, index) => [name, valueOf(name, index)]))

const stackOf = (names: readonly string[]): AnyStack => {
  const before = (index: number): string => names.at(index - 1) ?? ''
  return defineStack({
    components: { store: 'state', broker: 'pubsub' },
    topics: keyed(names, () => ({ pubsub: 'broker', events: { happened: event } })),
    services: keyed(names, (name, index) => ({
      port: 8000 + index,
      state: ['store'],
      publishes: [name],
      subscribes: { [before(index)]: { name: `${name}-subscription`, marks: 'store' } },
      invokes: before(index) === name ? {} : { [before(index)]: ['ask'] },
      methods: { ask: request },
    })),
  } as never) // its names are computed, which types cannot follow
}

/** Writes the manifests of so many apps in a ring: each keeps state, publishes a topic, subscribes to that of the app before it and invokes that app. */
export const synthRing = (count: number): void => {
  const names = Array.from({ length: count }, (_, index) => `app-${index}`)
  const app = new App({ recordConstructMetadata: false })
  const chart = new Chart(app, 'many', { namespace: 'many', disableResourceNameHashes: true })
  new DaprStack(chart, 'many', {
    stack: stackOf(names),
    backends: { store: StateStore.redis({ host: 'redis:6379' }), broker: PubSub.redis({ host: 'redis:6379' }) },
    apps: keyed(names, () => settings),
    image: 'docker.io/example/many:1.0.0',
    command: () => ['node', 'main.js'],
  })
  app.synth()
}
