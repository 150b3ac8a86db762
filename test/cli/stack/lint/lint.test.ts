import { describe, expect, test } from '@jest/globals'
import { readFileSync } from 'node:fs'

import { lint, lintText } from '../../../../cli/stack/lint/lint.ts'
import { graphOf } from '../../../../config/define/index.ts'
import { stack } from '../../../../config/tasks/index.ts'
import { environments } from '../../../../infra/tasks/environments.ts'
import { expectFile } from '../../../infra/file-snapshot.ts'
import { synthesized } from '../../../infra/task-objects.ts'
import { yaml as taskApi } from '../../../infra/tasks/seeds.ts'

const read = (name: string) => readFileSync(new URL(`${name}.yaml`, import.meta.url), 'utf8')
const texts = { 'task-api': taskApi, 'todo-events': read('todo-events'), 'todo-app': read('todo-app') }
const handWritten = (name: keyof typeof texts) => ({ file: `${name}.yaml`, text: texts[name] })

describe('lint of what was written by hand', () => {
  test.each(['task-api', 'todo-events', 'todo-app'] as const)('%s: finds what was looked at', (name) => {
    expectFile(new URL(`${name}.txt`, import.meta.url), `${lintText(lint([handWritten(name)]), 1)}\n`)
  })

  test.each([
    ['todo-events', 'component-type', /pubsub\.redpanda.*/, 'Redpanda speaks Kafka: use pubsub.kafka'],
    ['todo-events', 'metadata-key', /secretstores\.kubernetes knows no metadata "secrets"/, /Configuration/],
    ['todo-app', 'metadata-key', /"schemaFormat"/, /registry/],
    ['todo-app', 'metadata-key', /"allowCreateTopics"/, /broker/],
    ['todo-app', 'unknown-field', /spec\.auth$/, '`auth` stands beside `spec`, not in it'],
    ['todo-app', 'unknown-field', /allowedApiActions/, /operations/],
    ['todo-app', 'unknown-field', /allowInsecure/, /enabled/],
    ['todo-app', 'unknown-field', /clusterDomainAliases/, /remove it/],
    ['todo-app', 'state-ttl', /all records of statestore end after 3600 s/, /metadata of the records/],
    ['todo-app', 'metadata-deprecated', /authRequired/, 'use authType'],
  ] as const)('%s: rejects by %s what matches %s', (name, rule, what, mend) => {
    expect(lint([handWritten(name)])).toContainEqual(expect.objectContaining({ rule, what: expect.stringMatching(what), mend: expect.stringMatching(mend) }))
  })
})

test.each(Object.entries(environments))('what the environment %s makes keeps the rules', (_, environment) => {
  const text = synthesized({ environment, namespace: 'shop' }).synthYaml()
  expect(lint([{ file: 'all.yaml', text }])).toEqual([])
})

describe('two stacks in one namespace', () => {
  const yaml = () => synthesized().synthYaml()
  const { apps } = graphOf(stack)

  test('fail where they take each other\'s names and app ids', () => {
    const rules = new Set(lint([{ file: 'a.yaml', text: yaml() }, { file: 'b.yaml', text: yaml().replaceAll('app.kubernetes.io/part-of: tasks', 'app.kubernetes.io/part-of: others') }]).map(({ rule, what }) => `${rule} ${what}`))
    for (const { id } of apps) expect([...rules].join('\n')).toContain(`duplicate-object there are two of Deployment ${id} in namespace default, of the stacks tasks and others`)
  })

  test('are as good as one in namespaces of their own', () => {
    const other = synthesized({ namespace: 'others' }).synthYaml()
    expect(lint([{ file: 'a.yaml', text: yaml() }, { file: 'b.yaml', text: other }])).toEqual([])
  })
})

describe('a line of lint', () => {
  test('is the one of the key', () => {
    const text = 'apiVersion: dapr.io/v1alpha1\nkind: Component\nmetadata: { name: store }\nspec:\n  type: state.redis\n  version: v1\n  metadata:\n    - name: redisHost\n      value: redis:6379\n    - name: redisPasword\n      value: x\nscopes: [shop]\n'
    expect(lintText(lint([{ file: 'a.yaml', text: `---\n${text}` }]), 1)).toBe('a.yaml:11 metadata-key state.redis knows no metadata "redisPasword"; did you mean "redisPassword"?\n1 finding in 1 file; docs/rules.md says why')
  })

  test('says what keeps a file from being read', () => {
    expect(lint([{ file: 'a.yaml', text: 'a: 1\nb: [\n' }])).toEqual([expect.objectContaining({ file: 'a.yaml', line: 3, rule: 'yaml' })])
  })

  test('is none for an empty file', () => {
    expect(lintText(lint([{ file: 'a.yaml', text: '# nothing\n---\n' }]), 1)).toBe('no findings in 1 file')
  })
})
