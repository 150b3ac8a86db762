import { componentVersions } from '../../imports/dapr-catalogue.ts'
import { unusedScope } from '../constructs/unused-scope.ts'
import { meant, quote } from './names.ts'
import type { Flaw, Rule } from './rule.ts'
import type { ComponentThing, Thing } from './thing.ts'
import { appIdsBeside } from './things.ts'
import { textsOf } from './values.ts'

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
      return scopesOf(thing).flatMap((app, index): Flaw[] =>
        apps.length === 0 || apps.includes(app) || app === unusedScope
          ? []
          : [{ thing, path: ['scopes', index], what: `no app in namespace ${thing.namespace} has the id "${app}"`, mend: meant(app, apps, 'correct it, or look at the app too') }],
      )
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


/** Rules of Dapr Components as a whole; those of their metadata are in metadata-rules.ts. */
export const componentRules: readonly Rule[] = [componentType, componentVersion, componentScopes, scopeApp, stateTtl, outbox]
