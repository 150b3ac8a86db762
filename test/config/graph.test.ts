import { describe, expect, test } from '@jest/globals'

import { graphOf, topicRights } from '../../config/define/index.ts'
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
        "pubsub",
        "statestore",
      ],
      "id": "notification-service",
      "jobs": [],
      "port": 8001,
    },
  ],
  "components": [
    {
      "kind": "state",
      "name": "statestore",
      "users": [
        "notification-service",
        "task-api",
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
        "task-api",
      ],
    },
  ],
  "invocations": [
    {
      "callee": "notification-service",
      "caller": "task-api",
      "method": "notify",
      "route": "/notify",
    },
  ],
  "secrets": [
    {
      "app": "task-api",
      "secret": "api-key",
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
      "app": "notification-service",
      "deadLetterTopic": "task-due-soon-dead-letter",
      "deadLetters": {
        "name": "due-soon-subscription-dead-letter",
        "publisher": "task-api",
        "route": "/dead-letters/task-due-soon",
      },
      "marks": "statestore",
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
        "task.deleted",
      ],
      "name": "task-events",
      "publishers": [
        "task-api",
      ],
      "pubsub": "pubsub",
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
      "subscribers": [
        "notification-service",
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
    { name: 'orders', pubsub: 'bus', deadLetterTopic: 'orders-dead-letter', eventTypes: ['placed'], publishers: ['shop'], subscribers: ['billing'] },
  ])
})

test('an invocation leads from caller to callee by the route of the method', () => {
  expect(graphOf(orders).invocations).toEqual([{ caller: 'shop', callee: 'billing', method: 'charge', route: '/charge' }])
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
