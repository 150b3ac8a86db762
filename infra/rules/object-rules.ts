import { resourceSchemas } from '../../imports/dapr-catalogue.ts'
import { closest, meant, quote, repeats } from './names.ts'
import type { Rule } from './rule.ts'
import { isDapr, type Thing } from './thing.ts'
import { mapOf } from './values.ts'

const kinds = Object.keys(resourceSchemas)

const unknownKind: Rule = {
  id: 'unknown-kind',
  reason: 'The cluster knows no such kind of Dapr and refuses the object.',
  mend: 'Use a kind and version that Dapr has.',
  check: ({ all }) =>
    all.filter((thing) => isDapr(thing) && !kinds.includes(`${thing.apiVersion}/${thing.kind}`)).map((thing) => ({
      thing,
      path: ['kind'],
      what: `Dapr has no ${thing.kind} of version ${thing.apiVersion}`,
      mend: meant(`${thing.apiVersion}/${thing.kind}`, kinds, `there is ${quote(kinds.filter((kind) => kind.endsWith(`/${closest(thing.kind, kinds.map((one) => one.split('/')[2] ?? '')) ?? thing.kind}`)))}`),
    })),
}

const stackOf = ({ body }: Thing): string | undefined => {
  const label = mapOf(mapOf(body['metadata'])['labels'])['app.kubernetes.io/part-of']
  return typeof label === 'string' ? label : undefined
}

const duplicateObject: Rule = {
  id: 'duplicate-object',
  reason: 'The second overwrites the first: of two stacks in one namespace one loses its object.',
  mend: 'Give one of them another name, or another namespace.',
  check: ({ all }) =>
    repeats(all, ({ apiVersion, kind, namespace, name }) => [apiVersion.split('/')[0], kind, namespace, name].join(' ')).map(({ value: thing, first }) => {
      const [one, other] = [stackOf(first), stackOf(thing)]
      const stacks = one !== undefined && other !== undefined && one !== other ? `, of the stacks ${one} and ${other}` : ''
      return { thing, path: ['metadata', 'name'], what: `there are two of ${thing.kind} ${thing.name} in namespace ${thing.namespace}${stacks}` }
    }),
}

const notAnObject: Rule = {
  id: 'not-an-object',
  reason: 'The API server refuses it.',
  mend: 'Give it `apiVersion`, `kind` and `metadata.name`, or leave the file out.',
  check: ({ strangers }) => strangers.map((thing) => ({ thing, path: [], what: 'this is no Kubernetes object' })),
}

const objectName: Rule = {
  id: 'object-name',
  reason: 'The API server refuses the object.',
  mend: 'Use 1-253 of a-z, 0-9, "-" and ".", starting and ending with a letter or digit.',
  check: ({ all }) =>
    all.filter(({ apiVersion, name }) => !apiVersion.startsWith('rbac.') && !/^[a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?$/.test(name)).map((thing) => ({
      thing,
      path: ['metadata', 'name'],
      what: `"${thing.name}" is no name of a ${thing.kind}`,
    })),
}

/** Rules of every object: its kind and its name. */
export const objectRules: readonly Rule[] = [notAnObject, unknownKind, objectName, duplicateObject]
