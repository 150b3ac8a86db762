import { componentVersions } from '../../imports/dapr-catalogue.ts'
import { unusedScope } from '../constructs/unused-scope.ts'
import { meant, quote, repeats } from './names.ts'
import type { Flaw, Rule } from './rule.ts'
import type { ComponentThing, Thing } from './thing.ts'
import { appIdsBeside } from './things.ts'
import { goDuration, textOf, textsOf, truthy, valueAt } from './values.ts'

// Products that speak the protocol of another one.
const speaks: Readonly<Record<string, string>> = {
  'pubsub.redpanda': 'Redpanda speaks Kafka: use pubsub.kafka',
  'pubsub.nats': 'use pubsub.jetstream',
  'pubsub.valkey': 'Valkey speaks Redis: use pubsub.redis',
  'state.valkey': 'Valkey speaks Redis: use state.redis',
  'state.mariadb': 'MariaDB speaks MySQL: use state.mysql',
}

const types = Object.keys(componentVersions)
const ofKind = (type: string): string[] => types.filter((known) => known.split('.')[0] === type.split('.')[0])

const componentType: Rule = {
  id: 'component-type',
  reason: 'The sidecar does not start with a component that it cannot make.',
  mend: 'Use a type that Dapr has.',
  check: ({ components }) =>
    components.filter(({ type }) => type !== '' && !Object.hasOwn(componentVersions, type)).map((thing) => ({
      thing,
      path: ['spec', 'type'],
      what: `there is no component type ${thing.type}`,
      mend: speaks[thing.type] ?? meant(thing.type, ofKind(thing.type), 'use a type of docs.dapr.io/reference/components-reference'),
    })),
}

const componentVersion: Rule = {
  id: 'component-version',
  reason: 'The sidecar does not start with a component that it cannot make.',
  mend: 'Use a version that the type has.',
  check: ({ components }) =>
    components.flatMap((thing) => {
      const known = componentVersions[thing.type]
      if (!known || thing.version === '' || known.includes(thing.version) || (thing.version === 'v0' && known.includes('v1'))) return []
      return [{ thing, path: ['spec', 'version'], what: `${thing.type} has no version ${thing.version}`, mend: `use ${quote(known)}` }]
    }),
}

const componentScopes: Rule = {
  id: 'component-scopes',
  reason: 'Every app of the namespace loads it: all of them may use it, and none starts when it fails. Events reach apps that have no route for them and are dropped.',
  mend: 'List the ids of the apps that use it in `scopes`, beside `spec`.',
  check: ({ components }) =>
    components.filter(({ scopes }) => scopes.length === 0).map((thing) => ({ thing, path: ['scopes'], what: `Component ${thing.name} has no scopes` })),
}

const scopesOf = ({ body }: Thing): string[] => textsOf(body['scopes'])

const scopeApp: Rule = {
  id: 'scope-app',
  reason: 'No app has that id, so nobody gets the object.',
  mend: 'Correct the id.',
  check: (things) =>
    [...things.components, ...things.subscriptions, ...things.resiliencies].flatMap((thing) => {
      const apps = appIdsBeside(thing, things)
      return scopesOf(thing).flatMap((app, index): Flaw[] => {
        const elsewhere = things.apps.find(({ id }) => id === app)?.namespace
        if (apps.includes(app) || app === unusedScope || (apps.length === 0 && elsewhere === undefined)) return []
        const mend = elsewhere === undefined ? meant(app, apps, 'correct it, or look at the app too') : `that app is in namespace ${elsewhere}: put both into one`
        return [{ thing, path: ['scopes', index], what: `no app in namespace ${thing.namespace} has the id "${app}"`, mend }]
      })
    }),
}

const entry = ({ entries }: ComponentThing, name: string) => entries.find((one) => one.name.toLowerCase() === name.toLowerCase())

const stateTtl: Rule = {
  id: 'state-ttl',
  reason: 'Every record of the store is deleted when it is that old, not the cached ones only.',
  mend: 'Remove it, and give `ttlInSeconds` in the metadata of the records that may expire.',
  check: ({ components }) =>
    components.filter(({ type }) => type.startsWith('state.')).flatMap((thing) => {
      const ttl = entry(thing, 'ttlInSeconds')
      return ttl ? [{ thing, path: ttl.path, what: `all records of ${thing.name} end after ${ttl.value ?? '?'} s` }] : []
    }),
}

const outbox: Rule = {
  id: 'outbox',
  reason: 'With one of the two keys missing the outbox is off and says nothing. On Redis a write that was refused publishes its event all the same, for a transaction there rolls nothing back.',
  mend: 'Give both `outboxPublishPubsub` and `outboxPublishTopic`, on a store whose transactions roll back, such as state.postgresql v2.',
  check: ({ components }) =>
    components.filter(({ type }) => type.startsWith('state.')).flatMap((thing): Flaw[] => {
      const [pubsub, topic] = [entry(thing, 'outboxPublishPubsub'), entry(thing, 'outboxPublishTopic')]
      const there = pubsub ?? topic
      if (!there) return []
      if (!pubsub || !topic) return [{ thing, path: there.path, what: `the outbox of ${thing.name} has no ${pubsub ? 'outboxPublishTopic' : 'outboxPublishPubsub'}` }]
      return thing.type === 'state.redis' ? [{ thing, path: there.path, what: `${thing.name} has an outbox on Redis` }] : []
    }),
}

const initTimeout: Rule = {
  id: 'init-timeout',
  reason: 'The sidecar waits 5 s instead, which a slow broker may not keep.',
  mend: 'Write a duration such as "30s".',
  check: ({ components }) =>
    components.flatMap((thing) => {
      const path = ['spec', 'initTimeout']
      const given = textOf(valueAt(thing.body, path))
      return given === undefined || goDuration.test(given) ? [] : [{ thing, path, what: `initTimeout is "${given}"` }]
    }),
}

const actorStores: Rule = {
  id: 'actor-store-twice',
  reason: 'Actors and workflows have one store: a sidecar with two ends at its start.',
  mend: 'Keep `actorStateStore` on one store of an app.',
  check: ({ components }) =>
    repeats(
      components.filter((thing) => truthy(entry(thing, 'actorStateStore')?.value)).flatMap((thing) => (thing.scopes.length > 0 ? thing.scopes : ['*']).map((app) => ({ thing, app }))),
      ({ thing, app }) => `${thing.namespace}/${app}`,
    ).map(({ value: { thing, app }, first }) => ({ thing, path: entry(thing, 'actorStateStore')?.path ?? [], what: `${first.thing.name} is a store of actors of ${app === '*' ? 'all apps' : app} too` })),
}

const memoryShared: Rule = {
  id: 'memory-shared',
  reason: 'It is the memory of one sidecar: what one app keeps or publishes there, no other sees.',
  mend: 'Use a store or broker of its own process, or a component for each app.',
  check: ({ components }) =>
    components.filter(({ type, scopes }) => type.endsWith('.in-memory') && scopes.length > 1).map((thing) => ({ thing, path: ['scopes'], what: `${thing.name} is ${thing.type}, and ${thing.scopes.join(' and ')} share it` })),
}

const heldEvents: Rule = {
  id: 'held-events',
  reason: 'The NATS client acknowledges each event before an app has handled it: what a sidecar has when it ends, or fails to hand over, is lost.',
  mend: 'Write `single`, or leave it out.',
  check: ({ components }) =>
    components.filter(({ type }) => type === 'pubsub.jetstream').flatMap((thing) => {
      const given = [entry(thing, 'concurrencyMode'), entry(thing, 'concurrency')].find((one) => one?.value === 'parallel')
      return given ? [{ thing, path: given.path, what: `${thing.name} handles events of JetStream in parallel` }] : []
    }),
}

/** Rules of Dapr Components as a whole; those of their metadata are in metadata-rules.ts. */
export const componentRules: readonly Rule[] = [componentType, componentVersion, componentScopes, scopeApp, stateTtl, outbox, initTimeout, actorStores, memoryShared, heldEvents]
