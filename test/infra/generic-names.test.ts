import { expect, test } from '@jest/globals'
import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

import { graphOf } from '../../config/define/index.ts'
import { stack } from '../../config/tasks/index.ts'

const folder = (path: string) => fileURLToPath(new URL(`../../${path}`, import.meta.url))
const sources = (path: string) =>
  readdirSync(folder(path), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .map((name) => [`${path}/${name}`, readFileSync(folder(`${path}/${name}`), 'utf8')] as const)

const { apps, topics, subscriptions, secrets, invocations } = graphOf(stack)
const taskNames = [
  ...apps.map(({ id }) => id),
  ...topics.flatMap(({ name, eventTypes }) => [name, ...eventTypes]),
  ...subscriptions.map(({ name }) => name),
  ...secrets.map(({ secret }) => secret),
  'kubernetes-secrets',
  'notification-store',
  'statestore',
  'tasks',
]
const oneOf = (names: readonly string[]) => names.map((name) => name.replaceAll('.', '\\.')).join('|')
// Methods have the names of what they do, as sentences have: they are names where they are quoted, or part of a path.
const methods = oneOf([...new Set(invocations.map(({ method }) => method))])
const named = new RegExp(`(?<![\\w-])(${oneOf(taskNames)})(?![\\w-])|(?<=['"\`/])(${methods})(?![\\w-])`, 'g')
// One of the methods has a name that AsyncAPI has for publishing.
const wordOfAsyncApi = "publishes: 'send'"

const generic = ['infra/constructs', 'infra/rules', 'config/define', 'service/dapr', 'service/http', 'service/paged-index', 'cli']

test.each(generic.flatMap((path) => sources(path)))('%s names nothing of the task stack', (_, text) => {
  expect(text.replace(wordOfAsyncApi, '').match(named) ?? []).toEqual([])
})

test('a name of the task stack would be found', () => {
  expect("new DaprApp(this, 'task-api')".match(named)).toEqual(['task-api'])
  expect("'send' or `/notify`, not to send".match(named)).toEqual(['send', 'notify'])
})
