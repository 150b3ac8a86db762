import { closest, meant } from './names.ts'
import type { Flaw, Rule } from './rule.ts'
import type { Thing } from './thing.ts'
import { beside } from './things.ts'
import { isMap, listOf, mapOf, textOf, truthy } from './values.ts'

const builtInStore = 'kubernetes'

const secretStore: Rule = {
  id: 'secret-store',
  reason: 'The sidecar cannot read the secrets of the component and does not start.',
  mend: 'Name a secret store that is there, or the built-in `kubernetes`.',
  check: ({ components }) =>
    components.flatMap((thing): Flaw[] => {
      const store = textOf(mapOf(thing.body['auth'])['secretStore'])
      if (store === undefined || store === '' || store === builtInStore) return []
      const found = beside(thing, components).find(({ name }) => name === store)
      if (found?.type.startsWith('secretstores.')) return []
      const stores = beside(thing, components).filter(({ type }) => type.startsWith('secretstores.')).map(({ name }) => name)
      return [{ thing, path: ['auth', 'secretStore'], what: found ? `"${store}" is a ${found.type}, no secret store` : `there is no secret store "${store}" in namespace ${thing.namespace}`, mend: meant(store, [...stores, builtInStore], 'name another') }]
    }),
}

const usedSecrets = (things: readonly Thing[]): Map<string, Set<string>> =>
  new Map(things.filter(({ kind, apiVersion }) => kind === 'Secret' && apiVersion === 'v1').map(({ namespace, name, body }) => [`${namespace}/${name}`, new Set([...Object.keys(mapOf(body['data'])), ...Object.keys(mapOf(body['stringData']))])]))

const secretReference: Rule = {
  id: 'secret-reference',
  reason: 'What is referred to is not there: the sidecar, or the container, does not start.',
  mend: 'Name a Secret and a key that it has.',
  check: ({ all, components, workloads }) => {
    const secrets = usedSecrets(all)
    const dangling = (thing: Thing, path: (string | number)[], reference: unknown): Flaw[] => {
      if (!isMap(reference)) return []
      const [name, key] = [textOf(reference['name']) ?? '', textOf(reference['key']) ?? '']
      if (name === '') return [{ thing, path, what: 'the reference names no Secret', mend: 'add `name`' }]
      const keys = secrets.get(`${thing.namespace}/${name}`)
      const wanted = key === '' ? name : key
      if (keys && !keys.has(wanted)) return [{ thing, path, what: `Secret ${name} has no key "${wanted}"`, mend: meant(wanted, [...keys], 'add it') }]
      const near = keys ? undefined : closest(name, [...secrets.keys()].filter((one) => one.startsWith(`${thing.namespace}/`)).map((one) => one.slice(thing.namespace.length + 1)))
      return near === undefined ? [] : [{ thing, path, what: `there is no Secret "${name}" here`, mend: `did you mean "${near}"?` }]
    }
    return [
      ...components.flatMap((thing) => thing.entries.flatMap(({ path, body }) => dangling(thing, [...path, 'secretKeyRef'], body['secretKeyRef']))),
      ...workloads.flatMap((thing) =>
        [...thing.containers, ...thing.initContainers].flatMap(({ body, path }) =>
          listOf(body['env']).flatMap((variable, index) => {
            const reference = mapOf(mapOf(variable)['valueFrom'])['secretKeyRef']
            return truthy(mapOf(reference)['optional']) ? [] : dangling(thing, [...path, 'env', index, 'valueFrom', 'secretKeyRef'], reference)
          }),
        ),
      ),
    ]
  },
}

/** Rules of references to secrets. */
export const secretRules: readonly Rule[] = [secretStore, secretReference]
