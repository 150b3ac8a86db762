import { describe, expect, test } from '@jest/globals'
import { z } from 'zod'

import { type AnyStack, type ComponentKind, defaultDelivery, defineStack, StackConfigError } from '../../config/define/index.ts'
import { violationsOf } from '../../config/define/rules/violations.ts'
import { stack } from '../../config/tasks/index.ts'
import { orders, withApp } from './orders.ts'

const job = { data: z.object({}) }
const method = { request: z.object({}), response: z.object({}) }
const topic = { pubsub: 'bus', events: { placed: z.object({}) } }
const withTopics = (topics: AnyStack['topics']): AnyStack => ({ ...orders, topics: { ...orders.topics, ...topics } })
const withComponents = (components: AnyStack['components']): AnyStack => ({ ...orders, components: { ...orders.components, ...components } })
const withResilience = (resilience: Partial<AnyStack['resilience']>): AnyStack => ({ ...orders, resilience: { ...orders.resilience, ...resilience } })
const withDelivery = (delivery: Partial<AnyStack['delivery']>): AnyStack => ({ ...orders, delivery: { ...defaultDelivery, ...delivery } })

/** A broken stack, and what the one violation must name: path, value given, and what to do. */
type Case = [title: string, broken: AnyStack, path: string, value: string, mend: string]

const names: Case[] = [
  ['a component with a name that Kubernetes refuses', withComponents({ My_Store: 'state' }), 'components.My_Store', '"My_Store"', 'use 1-63 of a-z'],
  ['a topic with a name that a broker refuses', withTopics({ 'a b': topic }), 'topics.a b', '"a b"', 'use 1-200 of letters'],
  ['a topic with the name of a dead-letter topic', withTopics({ 'x-dead-letter': topic }), 'topics.x-dead-letter', '<topic>-dead-letter', 'choose another'],
  ['an app with a name that Kubernetes refuses', withApp('Shop', {}), 'services.Shop', '"Shop"', 'use 1-63 of a-z'],
  ['a subscription with a name that Kubernetes refuses', withApp('billing', { subscribes: { orders: { name: 'B_O', marks: 'store' } } }), 'services.billing.subscribes.orders.name', '"B_O"', 'use 1-63 of a-z'],
  ['a subscription with the name of a dead-letter subscription', withApp('billing', { subscribes: { orders: { name: 'x-dead-letter', marks: 'store' } } }), 'services.billing.subscribes.orders.name', '<name>-dead-letter', 'choose another'],
  ['a method whose name is no path', withApp('billing', { methods: { charge: method, 'a/b': method } }), 'services.billing.methods.a/b', '"a/b"', 'use 1-63 of letters'],
  ['a method on a route that every service has', withApp('billing', { methods: { charge: method, health: method } }), 'services.billing.methods.health', '/health', 'choose another name'],
  ['a document with a name that is no label', withApp('shop', { documents: { Order: job.data } }), 'services.shop.documents.Order', '"Order"', 'use 1-63 of a-z'],
  ['a kind of job with a name that is no label', withApp('shop', { jobs: { Due_Soon: job } }), 'services.shop.jobs.Due_Soon', '"Due_Soon"', 'use 1-63 of a-z'],
  ['a kind of job whose jobs could be those of another', withApp('shop', { jobs: { 'due-soon': job, due: job } }), 'services.shop.jobs.due-soon', '"due-soon-<id>"', 'choose another kind'],
  ['a secret with a name that Kubernetes refuses', withApp('shop', { secrets: { vault: ['API_KEY'] } }), 'services.shop.secrets.vault', '"API_KEY"', 'use 1-253 of a-z'],
]

const references: Case[] = [
  ['a component of an unknown kind', withComponents({ queue: 'queue' as ComponentKind }), 'components.queue', '"queue"', '"state", "pubsub", "secrets"'],
  ['a topic on a component that is no pubsub', withTopics({ returns: { ...topic, pubsub: 'store' } }), 'topics.returns.pubsub', '"store"', 'known: "bus"'],
  ['a state store that is none', withApp('shop', { state: ['bus'] }), 'services.shop.state', '"bus"', 'known: "store"'],
  ['a secret store that is none', withApp('billing', { secrets: { store: ['x'] } }), 'services.billing.secrets', '"store"', 'known: "vault"'],
  ['a published topic that is not declared', withApp('billing', { publishes: ['order'] }), 'services.billing.publishes', '"order"', 'known: "orders"'],
  ['a subscribed topic that is not declared', withApp('shop', { subscribes: { order: { name: 'x', marks: 'store' } } }), 'services.shop.subscribes.order', '"order"', 'known: "orders"'],
  ['marks in a store that is none', withApp('billing', { subscribes: { orders: { name: 'x', marks: 'bus' } } }), 'services.billing.subscribes.orders.marks', '"bus"', 'known: "store"'],
  ['marks in a store that only another app declares', withApp('billing', { state: [] }), 'services.billing.subscribes.orders.marks', '"store"', 'known: none'],
  ['an invoked app that is not declared', withApp('shop', { invokes: { bil: ['charge'] } }), 'services.shop.invokes', '"bil"', 'known: "shop", "billing"'],
  ['an invoked method that is not served', withApp('shop', { invokes: { billing: ['pay'] } }), 'services.shop.invokes.billing', '"pay"', 'known: "charge"'],
]

const sense: Case[] = [
  ['a topic without event types', withTopics({ empty: { pubsub: 'bus', events: {} } }), 'topics.empty.events', 'no event type', 'add one or remove the topic'],
  ['the event type of the canary', withTopics({ returns: { pubsub: 'bus', events: { 'stack.canary': z.object({}) } } }), 'topics.returns.events.stack.canary', 'stack up', 'choose another'],
  ['a topic in no part', withTopics({ returns: { ...topic, partitions: 0 } }), 'topics.returns.partitions', '0', 'from 1 to 100'],
  ['more copies than a broker can have', withTopics({ returns: { ...topic, replication: 8 } }), 'topics.returns.replication', '8', 'from 1 to 7'],
  ['events that stay for ever', withTopics({ returns: { ...topic, retentionHours: 9000 } }), 'topics.returns.retentionHours', '9000', 'from 1 to 8760'],
  ['a subscription to a topic that nobody publishes', withApp('shop', { publishes: [] }), 'services.billing.subscribes.orders', '"orders"', 'or remove the subscription'],
  ['two subscriptions of one name', withApp('shop', { subscribes: { orders: { name: 'billing-orders', marks: 'store' } } }), 'services.billing.subscribes.orders.name', 'services.shop.subscribes.orders.name', 'is unique'],
  ['a port that is none', withApp('shop', { port: 70_000 }), 'services.shop.port', '70000', 'from 1 to 65535'],
  ['a port of the sidecar', withApp('shop', { port: 3500 }), 'services.shop.port', '3500', 'choose another'],
  ['a port taken twice', withApp('billing', { port: 8000 }), 'services.billing.port', 'services.shop.port', 'ports of their own'],
  ['an app that invokes itself', withApp('billing', { invokes: { billing: ['charge'] } }), 'services.billing.invokes.billing', '"billing"', 'call the function'],
  ['a job that is called again without a pause', withApp('shop', { jobs: { due: { ...job, retry: { intervalSeconds: 0 } } } }), 'services.shop.jobs.due.retry.intervalSeconds', '0', 'from 1 to 3600'],
  ['a job that is not called again', withApp('shop', { jobs: { due: { ...job, retry: { maxRetries: 0 } } } }), 'services.shop.jobs.due.retry.maxRetries', '0', 'from 1 to 10000'],
  ['too many retries', withDelivery({ maxRetries: 11, timeoutSeconds: 1, maxIntervalSeconds: 1 }), 'delivery.maxRetries', '11', 'from 1 to 10'],
  ['a pause of no length', withDelivery({ maxIntervalSeconds: 0 }), 'delivery.maxIntervalSeconds', '0', 'from 1 to 15'],
  ['half a second', withDelivery({ timeoutSeconds: 0.5 }), 'delivery.timeoutSeconds', '0.5', 'from 1 to 30'],
  ['deliveries that outlast what the broker waits for', withDelivery({ timeoutSeconds: 9 }), 'delivery', '79 s', 'Lower maxRetries'],
  ['a drain that is no number of seconds', { ...orders, shutdown: { drainSeconds: 500 } }, 'shutdown.drainSeconds', '500', 'from 1 to 300'],
  ['a drain that cuts off a delivery under way', { ...orders, shutdown: { drainSeconds: 4 } }, 'shutdown.drainSeconds', '4 s', 'or lower delivery.timeoutSeconds'],
  ['a pause between attempts of no length', withResilience({ pauseMs: 0 }), 'resilience.pauseMs', '0', 'from 50 to 5000'],
  ['a breaker that one failure trips', withResilience({ breakerFailures: 1 }), 'resilience.breakerFailures', '1', 'from 5 to 1000'],
]

describe('a config fails with its path, the value and the mend for', () => {
  test.each([...names, ...references, ...sense])('%s', (_, broken, path, value, mend) => {
    const [violation, ...others] = violationsOf(broken)
    expect(others).toEqual([])
    expect(violation?.path).toBe(path)
    expect(violation?.message).toContain(value)
    expect(violation?.message).toContain(mend)
    expect(violation?.message).not.toContain('\n')
  })
})

test('fails with all violations together, one a line, when a config breaks several rules', () => {
  const broken = () =>
    defineStack({
      components: { Store: 'state' },
      topics: {},
      services: { shop: { port: 3500 }, billing: { port: 0 } },
      delivery: { maxRetries: 0 },
    })
  expect(broken).toThrow(StackConfigError)
  expect(broken).toThrowErrorMatchingInlineSnapshot(`
"the stack config has 4 error(s)
- components.Store: "Store" is no valid name; use 1-63 of a-z, 0-9 and "-", starting and ending with a letter or digit
- services.billing.port: 0 is out of range; use an integer from 1 to 65535
- services.shop.port: 3500 belongs to the sidecar in the same pod (3500, 3501, 9090, 50001, 50002); choose another
- delivery.maxRetries: 0 is out of range; use an integer from 1 to 10"
`)
})

test('a rule does not fall over names that every object has', () => {
  const invokes = withApp('shop', { invokes: { constructor: ['x'] } })
  expect(violationsOf(invokes).map(({ path }) => path)).toEqual(['services.shop.invokes'])
  const subscribes = withApp('shop', { subscribes: { constructor: { name: 'x', marks: 'store' } } })
  expect(violationsOf(subscribes).map(({ path }) => path)).toEqual(['services.shop.subscribes.constructor'])
})

test('the orders stack of these tests and the task stack are sound', () => {
  expect(violationsOf(orders)).toEqual([])
  expect(violationsOf(stack)).toEqual([])
})
