// Checked by `npm run types`, never run: each @ts-expect-error stands at the mistake and fails when the mistake compiles.
import { z } from 'zod'

import { defineStack } from '../../config/define/index.ts'

const events = { placed: z.object({ id: z.string() }) }
const charge = { request: z.object({ id: z.string() }), response: z.object({}) }
const components = { store: 'state', bus: 'pubsub', vault: 'secrets' } as const
const topics = { orders: { pubsub: 'bus', events } } as const
const billing = { port: 8001, methods: { charge } } as const

export const sound = () =>
  defineStack({
    components: { store: 'state', bus: 'pubsub', vault: 'secrets' },
    topics: { orders: { pubsub: 'bus', events } },
    services: {
      shop: {
        port: 8000,
        state: ['store'],
        publishes: ['orders'],
        subscribes: { orders: { name: 'shop-orders', marks: 'store' } },
        invokes: { billing: ['charge'] },
        secrets: { vault: ['api-key'] },
        jobs: { due: { data: z.object({}), retry: { maxRetries: 2 } } },
        documents: { order: z.object({}) },
      },
      billing,
    },
    delivery: { maxRetries: 2 },
  })

export const componentOfUnknownKind = () =>
  defineStack({
    // @ts-expect-error -- no kind of component
    components: { store: 'stat' },
    topics: {},
    services: {},
  })

export const topicOnUnknownPubsub = () =>
  defineStack({
    components,
    // @ts-expect-error -- no component of that name
    topics: { orders: { pubsub: 'bsu', events } },
    services: {},
  })

export const topicOnStateStore = () =>
  defineStack({
    components,
    // @ts-expect-error -- a state store carries no topic
    topics: { orders: { pubsub: 'store', events } },
    services: {},
  })

export const topicWithMisspeltSetting = () =>
  defineStack({
    components,
    // @ts-expect-error -- no setting of that name
    topics: { orders: { pubsub: 'bus', events, retentionDays: 7 } },
    services: {},
  })

export const topicSettingOfWrongType = () =>
  defineStack({
    components,
    // @ts-expect-error -- a number of partitions
    topics: { orders: { pubsub: 'bus', events, partitions: '3' } },
    services: {},
  })

export const pubsubAsStateStore = () =>
  defineStack({
    components,
    topics,
    // @ts-expect-error -- a pubsub stores nothing
    services: { shop: { port: 8000, state: ['bus'] } },
  })

export const unknownStateStore = () =>
  defineStack({
    components,
    topics,
    // @ts-expect-error -- no component of that name
    services: { shop: { port: 8000, state: ['stroe'] } },
  })

export const publishesUnknownTopic = () =>
  defineStack({
    components,
    topics,
    // @ts-expect-error -- no topic of that name
    services: { shop: { port: 8000, publishes: ['ordres'] } },
  })

export const subscribesUnknownTopic = () =>
  defineStack({
    components,
    topics,
    // @ts-expect-error -- no topic of that name
    services: { shop: { port: 8000, state: ['store'], subscribes: { ordres: { name: 'shop-orders', marks: 'store' } } } },
  })

export const subscriptionWithoutName = () =>
  defineStack({
    components,
    topics,
    // @ts-expect-error -- a subscription has a name
    services: { shop: { port: 8000, state: ['store'], subscribes: { orders: { marks: 'store' } } } },
  })

export const subscriptionWithoutMarks = () =>
  defineStack({
    components,
    topics,
    // @ts-expect-error -- a consumer keeps what it handled
    services: { shop: { port: 8000, state: ['store'], subscribes: { orders: { name: 'shop-orders' } } } },
  })

export const marksInUnknownStore = () =>
  defineStack({
    components,
    topics,
    // @ts-expect-error -- no component of that name
    services: { shop: { port: 8000, state: ['store'], subscribes: { orders: { name: 'shop-orders', marks: 'stroe' } } } },
  })

export const marksInPubsub = () =>
  defineStack({
    components,
    topics,
    // @ts-expect-error -- a pubsub keeps nothing
    services: { shop: { port: 8000, state: ['store'], subscribes: { orders: { name: 'shop-orders', marks: 'bus' } } } },
  })

export const marksInUndeclaredStore = () =>
  defineStack({
    components,
    topics,
    // @ts-expect-error -- shop declares no state
    services: { shop: { port: 8000, subscribes: { orders: { name: 'shop-orders', marks: 'store' } } } },
  })

export const marksInStoreOfAnother = () =>
  defineStack({
    components: { ...components, other: 'state' },
    topics,
    // @ts-expect-error -- shop declares another store
    services: { shop: { port: 8000, state: ['other'], subscribes: { orders: { name: 'shop-orders', marks: 'store' } } } },
  })

export const invokesUnknownApp = () =>
  defineStack({
    components,
    topics,
    // @ts-expect-error -- no app of that name
    services: { billing, shop: { port: 8000, invokes: { biling: ['charge'] } } },
  })

export const invokesUnknownMethod = () =>
  defineStack({
    components,
    topics,
    // @ts-expect-error -- billing serves no such method
    services: { billing, shop: { port: 8000, invokes: { billing: ['chrage'] } } },
  })

export const invokesAppWithoutMethods = () =>
  defineStack({
    components,
    topics,
    // @ts-expect-error -- stock serves no methods
    services: { stock: { port: 8002 }, shop: { port: 8000, invokes: { stock: ['charge'] } } },
  })

export const readsUnknownSecretStore = () =>
  defineStack({
    components,
    topics,
    // @ts-expect-error -- no component of that name
    services: { shop: { port: 8000, secrets: { valt: ['api-key'] } } },
  })

export const readsSecretsFromStateStore = () =>
  defineStack({
    components,
    topics,
    // @ts-expect-error -- a state store is no secret store
    services: { shop: { port: 8000, secrets: { store: ['api-key'] } } },
  })

export const serviceWithoutPort = () =>
  defineStack({
    components,
    topics,
    // @ts-expect-error -- a service listens on a port
    services: { shop: { state: ['store'] } },
  })

export const unknownDelivery = () =>
  defineStack({
    components,
    topics,
    services: {},
    // @ts-expect-error -- no such setting
    delivery: { retries: 3 },
  })

export const subscribesUnknownTopicBesideAKnownOne = () =>
  defineStack({
    components,
    topics,
    // @ts-expect-error -- no topic of that name
    services: { shop: { port: 8000, state: ['store'], subscribes: { orders: { name: 'a', marks: 'store' }, ordres: { name: 'b', marks: 'store' } } } },
  })

export const invokesUnknownAppBesideAKnownOne = () =>
  defineStack({
    components,
    topics,
    // @ts-expect-error -- no app of that name
    services: { billing, shop: { port: 8000, invokes: { billing: ['charge'], biling: ['charge'] } } },
  })

export const readsUnknownSecretStoreBesideAKnownOne = () =>
  defineStack({
    components,
    topics,
    // @ts-expect-error -- no component of that name
    services: { shop: { port: 8000, secrets: { vault: ['a'], valt: ['b'] } } },
  })

export const serviceWithUnknownKey = () =>
  defineStack({
    components,
    topics,
    // @ts-expect-error -- it is `publishes`
    services: { shop: { port: 8000, publish: ['orders'] } },
  })

export const topicWithUnknownKey = () =>
  defineStack({
    components,
    // @ts-expect-error -- it is `events`
    topics: { orders: { pubsub: 'bus', events, evnts: {} } },
    services: {},
  })

export const jobWithoutData = () =>
  defineStack({
    components,
    topics,
    // @ts-expect-error -- a kind of job says what its jobs carry
    services: { shop: { port: 8000, jobs: { due: { retry: { maxRetries: 2 } } } } },
  })

export const jobWithUnknownKey = () =>
  defineStack({
    components,
    topics,
    // @ts-expect-error -- it is `retry`
    services: { shop: { port: 8000, jobs: { due: { data: z.object({}), retries: 2 } } } },
  })
