import { meant, repeats } from './names.ts'
import type { Flaw, Rule } from './rule.ts'
import { beside } from './things.ts'
import { listOf, mapOf, textOf } from './values.ts'

const subscriptionScopes: Rule = {
  id: 'subscription-scopes',
  reason: 'Every app that loads the pubsub component subscribes; one without the route answers 404, and Dapr drops the event.',
  mend: 'List the ids of the subscribers in `scopes`, beside `spec`.',
  check: ({ subscriptions }) =>
    subscriptions.filter(({ scopes }) => scopes.length === 0).map((thing) => ({ thing, path: ['scopes'], what: `Subscription ${thing.name} has no scopes` })),
}

const subscriptionPubsub: Rule = {
  id: 'subscription-pubsub',
  reason: 'The sidecar has no such broker, so it does not subscribe.',
  mend: 'Name a pubsub component that the subscriber is in the scopes of.',
  check: ({ subscriptions, components }) =>
    subscriptions.flatMap((thing): Flaw[] => {
      const near = beside(thing, components)
      if (near.length === 0 || thing.pubsub === '') return []
      const path = ['spec', 'pubsubname']
      const component = near.find(({ name }) => name === thing.pubsub)
      const brokers = near.filter(({ type }) => type.startsWith('pubsub.')).map(({ name }) => name)
      if (!component) return [{ thing, path, what: `there is no Component "${thing.pubsub}" in namespace ${thing.namespace}`, mend: meant(thing.pubsub, brokers, 'name another, or look at it too') }]
      if (!component.type.startsWith('pubsub.')) return [{ thing, path, what: `"${thing.pubsub}" is a ${component.type}, no broker`, mend: meant(thing.pubsub, brokers, 'name a pubsub component') }]
      if (component.scopes.length === 0) return []
      return thing.scopes.filter((app) => !component.scopes.includes(app)).map((app) => ({ thing, path, what: `${app} is not in the scopes of ${component.name}`, mend: 'add it there' }))
    }),
}

const subscriptionRoute: Rule = {
  id: 'subscription-route',
  reason: 'Events that no route takes are dropped, or become dead letters.',
  mend: 'Add `routes: { default: /path }`; a path starts with "/".',
  check: ({ subscriptions }) =>
    subscriptions.flatMap((thing): Flaw[] => {
      const spec = mapOf(thing.body['spec'])
      const routes = mapOf(spec['routes'])
      const rules = listOf(routes['rules'])
      const paths = [
        { path: ['spec', 'route'], value: textOf(spec['route']) },
        { path: ['spec', 'routes', 'default'], value: textOf(routes['default']) },
        ...rules.map((rule, index) => ({ path: ['spec', 'routes', 'rules', index, 'path'], value: textOf(mapOf(rule)['path']) })),
      ]
      const none = thing.apiVersion === 'dapr.io/v2alpha1' && !textOf(routes['default']) && rules.length === 0
      return [
        ...(none ? [{ thing, path: ['spec', 'routes'], what: `Subscription ${thing.name} has no route` }] : []),
        ...paths.flatMap(({ path, value }) => (value !== undefined && !value.startsWith('/') ? [{ thing, path, what: `the route "${value}" is no path`, mend: `write "/${value}"` }] : [])),
      ]
    }),
}

const subscriptionTwice: Rule = {
  id: 'subscription-twice',
  reason: 'The app gets every event of the topic twice, or by one of the two routes only.',
  mend: 'Keep one, with `routes.rules` where events go different ways.',
  check: ({ subscriptions }) =>
    repeats(
      subscriptions.flatMap((thing) => thing.scopes.map((app) => ({ thing, app }))),
      ({ thing, app }) => [thing.namespace, thing.pubsub, thing.topic, app].join(' '),
    )
      .filter(({ value, first }) => value.thing.name !== first.thing.name)
      .map(({ value: { thing, app }, first }) => ({ thing, path: ['spec', 'topic'], what: `${app} subscribes to "${thing.topic}" in ${first.thing.name} too` })),
}

const bulkLimits: Readonly<Record<string, number>> = { maxMessagesCount: 1, maxAwaitDurationMs: 1 }

const bulkSubscribe: Rule = {
  id: 'bulk-subscribe',
  reason: 'Dapr takes its own default for it: 100 messages, 1000 ms.',
  mend: 'Use 1 or more, or leave it out.',
  check: ({ subscriptions }) =>
    subscriptions.flatMap((thing) => {
      const bulk = mapOf(mapOf(thing.body['spec'])['bulkSubscribe'])
      return Object.entries(bulkLimits).flatMap(([name, least]) => {
        const value = bulk[name]
        return typeof value === 'number' && value < least ? [{ thing, path: ['spec', 'bulkSubscribe', name], what: `${name} is ${value}` }] : []
      })
    }),
}

/** Rules of Dapr Subscriptions. */
export const subscriptionRules: readonly Rule[] = [subscriptionScopes, subscriptionPubsub, subscriptionRoute, subscriptionTwice, bulkSubscribe]
