import { describe, expect, test } from '@jest/globals'

import { brokerTopics, defaultTopicSettings, graphOf, longestRetentionHours, topicRights } from '../../config/define/index.ts'
import { stack } from '../../config/tasks/index.ts'
import { orders, withApp } from './orders.ts'

test('the graph of the task stack', () => {
  expect(graphOf(stack)).toMatchInlineSnapshot(`
{
  "apps": [
    {
      "components": [
        "kubernetes-secrets",
        "pubsub",
        "statestore",
      ],
      "id": "task-api",
      "jobs": [
        "reminder",
        "digest",
        "cleanup",
      ],
      "port": 8000,
    },
    {
      "components": [
        "kubernetes-secrets",
        "notification-store",
        "pubsub",
      ],
      "id": "notification-service",
      "jobs": [],
      "port": 8001,
    },
    {
      "components": [],
      "id": "ai-service",
      "jobs": [],
      "port": 8002,
    },
  ],
  "components": [
    {
      "kind": "state",
      "name": "statestore",
      "users": [
        "task-api",
      ],
    },
    {
      "kind": "state",
      "name": "notification-store",
      "users": [
        "notification-service",
      ],
    },
    {
      "kind": "pubsub",
      "name": "pubsub",
      "users": [
        "notification-service",
        "task-api",
      ],
    },
    {
      "kind": "secrets",
      "name": "kubernetes-secrets",
      "users": [
        "notification-service",
        "task-api",
      ],
    },
  ],
  "invocations": [
    {
      "callee": "notification-service",
      "caller": "task-api",
      "idempotent": true,
      "method": "notify",
      "route": "/notify",
    },
    {
      "callee": "notification-service",
      "caller": "task-api",
      "idempotent": true,
      "method": "send",
      "route": "/send",
    },
    {
      "callee": "ai-service",
      "caller": "task-api",
      "idempotent": true,
      "method": "get-recommendations",
      "route": "/get-recommendations",
    },
  ],
  "secrets": [
    {
      "app": "task-api",
      "secret": "api-key",
      "store": "kubernetes-secrets",
    },
    {
      "app": "notification-service",
      "secret": "mail-api-key",
      "store": "kubernetes-secrets",
    },
  ],
  "subscriptions": [
    {
      "app": "task-api",
      "deadLetterTopic": "task-events-dead-letter",
      "deadLetters": {
        "name": "task-subscription-dead-letter",
        "publisher": "task-api",
        "route": "/dead-letters/task-events",
      },
      "marks": "statestore",
      "name": "task-subscription",
      "pubsub": "pubsub",
      "route": "/events/task-events",
      "topic": "task-events",
    },
    {
      "app": "task-api",
      "deadLetterTopic": "user-events-dead-letter",
      "deadLetters": {
        "name": "user-subscription-dead-letter",
        "publisher": "task-api",
        "route": "/dead-letters/user-events",
      },
      "marks": "statestore",
      "name": "user-subscription",
      "pubsub": "pubsub",
      "route": "/events/user-events",
      "topic": "user-events",
    },
    {
      "app": "notification-service",
      "deadLetterTopic": "task-due-soon-dead-letter",
      "deadLetters": {
        "name": "due-soon-subscription-dead-letter",
        "publisher": "task-api",
        "route": "/dead-letters/task-due-soon",
      },
      "marks": "notification-store",
      "name": "due-soon-subscription",
      "pubsub": "pubsub",
      "route": "/events/task-due-soon",
      "topic": "task-due-soon",
    },
  ],
  "topics": [
    {
      "deadLetterTopic": "task-events-dead-letter",
      "eventTypes": [
        "task.created",
        "task.pending",
        "task.in_progress",
        "task.completed",
        "task.updated",
        "task.deleted",
      ],
      "name": "task-events",
      "publishers": [
        "task-api",
      ],
      "pubsub": "pubsub",
      "settings": {
        "partitions": 3,
        "replication": 3,
        "retentionHours": 168,
      },
      "subscribers": [
        "task-api",
      ],
    },
    {
      "deadLetterTopic": "task-due-soon-dead-letter",
      "eventTypes": [
        "task.due-soon",
      ],
      "name": "task-due-soon",
      "publishers": [
        "task-api",
      ],
      "pubsub": "pubsub",
      "settings": {
        "partitions": 3,
        "replication": 3,
        "retentionHours": 24,
      },
      "subscribers": [
        "notification-service",
      ],
    },
    {
      "deadLetterTopic": "user-events-dead-letter",
      "eventTypes": [
        "user.registered",
      ],
      "name": "user-events",
      "publishers": [
        "task-api",
      ],
      "pubsub": "pubsub",
      "settings": {
        "partitions": 3,
        "replication": 3,
        "retentionHours": 168,
      },
      "subscribers": [
        "task-api",
      ],
    },
  ],
}
`)
})

describe('a component is used by', () => {
  const usersOf = (name: string, graph = graphOf(orders)) => graph.components.find((node) => node.name === name)?.users

  test('the apps that store in it', () => {
    expect(usersOf('store')).toEqual(['billing', 'shop'])
  })

  test('the publishers and the subscribers of its topics, sorted', () => {
    expect(usersOf('bus')).toEqual(['billing', 'shop'])
  })

  test('the apps that read secrets from it', () => {
    expect(usersOf('vault')).toEqual(['shop'])
  })

  test('nobody, when no app names it', () => {
    expect(usersOf('vault', graphOf(withApp('shop', { secrets: {} })))).toEqual([])
  })
})

test('an app has each component once, however often it uses it', () => {
  const both = withApp('shop', { subscribes: { orders: { name: 'shop-orders', marks: 'store' } } })
  expect(graphOf(both).apps.find(({ id }) => id === 'shop')?.components).toEqual(['bus', 'store', 'vault'])
})

test('a topic knows its publishers, its subscribers and where its dead letters go', () => {
  expect(graphOf(orders).topics).toEqual([
    { name: 'orders', pubsub: 'bus', deadLetterTopic: 'orders-dead-letter', settings: defaultTopicSettings, eventTypes: ['placed'], publishers: ['shop'], subscribers: ['billing'] },
  ])
})

describe('the broker', () => {
  const urgent = graphOf({ ...orders, topics: { orders: { ...orders.topics['orders'], pubsub: 'bus', events: {}, partitions: 6, replication: 1, retentionHours: 24 } } })

  test('has each topic as the config says, and keeps its dead letters for seven days at least', () => {
    const settings = { partitions: 6, replication: 1, retentionHours: 24 }
    expect(brokerTopics(urgent)).toEqual([
      { name: 'orders', settings, subscribers: ['billing'] },
      { name: 'orders-dead-letter', settings: { ...settings, retentionHours: 168 }, subscribers: ['billing'] },
    ])
  })

  test('keeps dead letters as long as their topic, when that is longer', () => {
    const long = graphOf({ ...orders, topics: { orders: { pubsub: 'bus', events: {}, retentionHours: 8760 } } })
    expect(brokerTopics(long).map(({ settings }) => settings.retentionHours)).toEqual([8760, 8760])
  })

  test('keeps nothing longer than its longest topic', () => {
    expect(longestRetentionHours(urgent, 'bus')).toBe(168)
    expect(longestRetentionHours(urgent, 'other')).toBeUndefined()
  })
})

test('an invocation leads from caller to callee by the route of the method', () => {
  expect(graphOf(orders).invocations).toEqual([{ caller: 'shop', callee: 'billing', method: 'charge', route: '/charge', idempotent: false }])
})

describe('the dead letters of a subscriber are published again by', () => {
  const publisherOf = (app: string, graph: ReturnType<typeof graphOf>) => graph.subscriptions.find((edge) => edge.app === app)?.deadLetters.publisher

  test('itself, when it publishes on the topic', () => {
    expect(publisherOf('task-api', graphOf(stack))).toBe('task-api')
  })

  test('a publisher of the topic, when it does not', () => {
    expect(publisherOf('billing', graphOf(orders))).toBe('shop')
  })
})

test('a publisher may publish its topics, a subscriber hears them and sends and hears their dead letters, and the others may nothing', () => {
  expect(topicRights(graphOf(withApp('stock', {})), 'bus')).toEqual([
    { app: 'shop', publishes: ['orders'], subscribes: [] },
    { app: 'billing', publishes: ['orders-dead-letter'], subscribes: ['orders', 'orders-dead-letter'] },
    { app: 'stock', publishes: [], subscribes: [] },
  ])
})

test('the graph is plain data: it survives JSON', () => {
  const graph = graphOf(stack)
  expect(JSON.parse(JSON.stringify(graph))).toEqual(graph)
})
