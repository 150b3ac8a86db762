import { meant, quote } from './names.ts'
import { placesAt } from './place.ts'
import type { Flaw, Rule } from './rule.ts'
import { beside } from './things.ts'
import { textOf, textsOf, valueAt } from './values.ts'

const secretScope: Rule = {
  id: 'secret-scope',
  reason: 'Names in `allowedSecrets` are compared as they stand: "*" is no secret\'s name, so nothing is allowed.',
  mend: 'List the names, or leave `allowedSecrets` out to allow all.',
  check: ({ configurations }) =>
    configurations.flatMap((thing) =>
      placesAt(thing, ['spec', 'secrets', 'scopes']).flatMap(({ path, body }) =>
        ['allowedSecrets', 'deniedSecrets'].flatMap((key) => textsOf(body[key]).flatMap((name, index) => (name.includes('*') ? [{ thing, path: [...path, key, index], what: `${key} has "${name}"` }] : []))),
      ),
    ),
}

const secretScopeStore: Rule = {
  id: 'secret-scope-store',
  reason: 'The scope restricts a store that is not there, and so nothing.',
  mend: 'Correct the name of the store.',
  check: ({ configurations, components }) =>
    configurations.flatMap((thing) => {
      const stores = beside(thing, components).filter(({ type }) => type.startsWith('secretstores.')).map(({ name }) => name)
      if (stores.length === 0) return []
      return placesAt(thing, ['spec', 'secrets', 'scopes']).flatMap(({ path, body }): Flaw[] => {
        const store = textOf(body['storeName']) ?? ''
        return store === 'kubernetes' || store === '' || stores.includes(store) ? [] : [{ thing, path: [...path, 'storeName'], what: `there is no secret store "${store}" in namespace ${thing.namespace}`, mend: meant(store, [...stores, 'kubernetes'], 'correct it') }]
      })
    }),
}

const apis = ['invoke', 'state', 'publish', 'bindings', 'secrets', 'actors', 'metadata', 'configuration', 'lock', 'unlock', 'crypto', 'subtlecrypto', 'workflows', 'healthz', 'jobs', 'shutdown', 'conversation']

const apiName: Rule = {
  id: 'api-name',
  reason: 'An API that is misspelt in the list is closed, or stays open.',
  mend: 'Use a name that Dapr has.',
  check: ({ configurations }) =>
    configurations.flatMap((thing) =>
      ['allowed', 'denied'].flatMap((list) =>
        placesAt(thing, ['spec', 'api', list]).flatMap(({ path, body }): Flaw[] => {
          const name = textOf(body['name'])
          return name === undefined || apis.includes(name) ? [] : [{ thing, path: [...path, 'name'], what: `there is no API "${name}"`, mend: meant(name, apis, `use one of ${quote(apis)}`) }]
        }),
      ),
    ),
}

const mtlsOff: Rule = {
  id: 'mtls-off',
  reason: 'Without mTLS nobody can tell who calls: access control lets nobody in, or everybody.',
  mend: 'Leave `mtls.enabled` on, which is the default.',
  check: ({ configurations }) =>
    configurations.flatMap((thing) => {
      const path = ['spec', 'mtls', 'enabled']
      return valueAt(thing.body, path) === false ? [{ thing, path, what: 'mTLS is off' }] : []
    }),
}

const samplingRate: Rule = {
  id: 'sampling-rate',
  reason: 'Above 1 every trace is recorded; what is no number makes it one in 10,000.',
  mend: 'Write a number from 0 to 1, in quotes.',
  check: ({ configurations }) =>
    configurations.flatMap((thing) => {
      const path = ['spec', 'tracing', 'samplingRate']
      const rate = textOf(valueAt(thing.body, path))
      return rate === undefined || (/^\d*\.?\d+$/.test(rate) && Number(rate) <= 1) ? [] : [{ thing, path, what: `the sampling rate is "${rate}"` }]
    }),
}

/** Rules of what else a Dapr Configuration says. */
export const configurationRules: readonly Rule[] = [secretScope, secretScopeStore, apiName, mtlsOff, samplingRate]
