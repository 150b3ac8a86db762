import { describe, expect, test } from '@jest/globals'

import { allowance, findingsOf, rules } from '../../../infra/rules/index.ts'
import { expectFile } from '../file-snapshot.ts'
import { examples } from './examples.ts'
import { component } from './objects.ts'

const found = (objects: readonly unknown[]): string[] => [...new Set(findingsOf(objects).map(({ rule }) => rule))]

describe.each(rules.map((rule) => [rule.id, rule] as const))('the rule %s', (id, { reason, mend }) => {
  test('has an example', () => {
    expect(examples[id]?.length).toBeGreaterThan(0)
  })

  test.each(examples[id] ?? [])('rejects what is bad and nothing else, and takes it when it is mended (%#)', ({ bad, good }) => {
    expect(found(bad)).toEqual([id])
    expect(findingsOf(good)).toEqual([])
  })

  test('says why, and what to do', () => {
    for (const text of [reason, mend]) expect(text).toMatch(/^[A-Z`].*\.$/s)
    for (const { what, mend: own } of (examples[id] ?? []).flatMap(({ bad }) => findingsOf(bad))) {
      expect([what, own].join('')).not.toMatch(/undefined|\[object/)
      expect(own).not.toMatch(/^$|\.$|[;:]$/)
    }
  })
})

test('no example is of a rule that does not exist', () => {
  expect(Object.keys(examples).filter((id) => !rules.some((rule) => rule.id === id))).toEqual([])
})

describe('an object that is allowed to break a rule', () => {
  const unscoped = (annotations: object) => ({ ...component({ scopes: [] }), metadata: { name: 'store', annotations } })

  test('breaks that one without a finding', () => {
    expect(found([unscoped({ [allowance('component-scopes')]: 'each app of the namespace uses it' })])).toEqual([])
  })

  test('fails without a reason', () => {
    expect(found([unscoped({ [allowance('component-scopes')]: ' ' })])).toEqual(['component-scopes'])
  })
})

test.each([
  [null], [42], ['text'], [[]], [{}], [{ kind: 'Component' }],
  [{ apiVersion: 'dapr.io/v1alpha1', kind: 'Component', metadata: { name: 'x' }, spec: [], scopes: 7 }],
  [{ apiVersion: 'dapr.io/v1alpha1', kind: 'Configuration', metadata: { name: 'x' }, spec: { accessControl: { policies: 'no' }, secrets: null } }],
  [{ apiVersion: 'dapr.io/v2alpha1', kind: 'Subscription', metadata: { name: 'x' }, spec: { routes: [1] } }],
  [{ apiVersion: 'dapr.io/v1alpha1', kind: 'Resiliency', metadata: { name: 'x' }, spec: { policies: { retries: { a: 3 } }, targets: { apps: { b: null } } } }],
  [{ apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'x' }, spec: { template: { metadata: { annotations: { 'dapr.io/enabled': 'true' } }, spec: { containers: [null, 3, { ports: 'x', env: [null] }] } } } }],
  [{ apiVersion: 'v1', kind: 'Service', metadata: { name: 'x' }, spec: { selector: 'x', ports: [null] } }],
])('any value can be looked at: %j', (value) => {
  expect(() => findingsOf([value])).not.toThrow()
})

const cell = (text: string): string => text.replaceAll('|', '\\|')

const row = ({ id, reason, mend }: (typeof rules)[number]): string => {
  const [first] = findingsOf(examples[id]?.[0]?.bad ?? []).filter(({ rule }) => rule === id)
  return `| \`${id}\` | ${cell(first?.what ?? '')} | ${cell(reason)} | ${cell(mend)} |`
}

const page = `# Rules

What cannot work, or gives away more than it must, does not synthesize: every \`cdk8s synth\`, \`stack\` and \`npm start\` holds the manifests of a
\`DaprStack\`'s app to these rules and says all that breaks one. \`stack lint FILE...\` holds YAML to them that others wrote
([stack](cli.md)). What the config alone shows (names that nothing declares, values out of range) has been refused before, by the types and by
\`defineStack\`.

Which components there are, which metadata they know, which annotations and fields Dapr reads, comes from the code of the pinned Dapr version
(\`npm run imports\`). What refers to another object is looked up among the objects that are looked at together, in the same namespace;
of a kind that is not there at all nothing is said. Secrets are among them only where somebody wrote them into YAML.

An object may break a rule for a reason: the annotation \`${allowance('<rule>')}\` with the reason as its value. An empty one allows nothing.

| rule | such as | why | mend |
|---|---|---|---|
${rules.map(row).join('\n')}
| \`yaml\` | the file cannot be read as YAML | Nobody can read it. | Write YAML. |
`

test('docs/rules.md lists the rules, and no others', () => {
  expectFile(new URL('../../../docs/rules.md', import.meta.url), page)
})
