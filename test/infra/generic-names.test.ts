import { expect, test } from '@jest/globals'
import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

import { graphOf } from '../../config/define/index.ts'
import { stack } from '../../config/tasks/index.ts'

const folder = (path: string) => fileURLToPath(new URL(`../../${path}`, import.meta.url))
const sources = (path: string) =>
  readdirSync(folder(path), { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.[jt]s$/.test(name))
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
// One of the methods has a name that AsyncAPI has for publishing, and sentences for what clients do.
const words = ["publishes: 'send'", "'send a JWT"]

const generic = ['infra/constructs', 'infra/rules', 'config/define', 'service/dapr', 'service/http', 'service/paged-index', 'cli']

const withoutWords = (text: string): string => words.reduce((rest, word) => rest.replaceAll(word, ''), text)

test.each(generic.flatMap((path) => sources(path)))('%s names nothing of the task stack', (_, text) => {
  expect(withoutWords(text).match(named) ?? []).toEqual([])
})

test('the folders that serve every stack are all there, none of them empty', () => {
  for (const path of generic) expect(sources(path).length).toBeGreaterThan(1)
})

test('the names are found where the task stack is: every service of it, its config, its infra and its criteria', () => {
  for (const path of ['config/tasks', 'infra/tasks', 'service/task-api', 'service/notification-service', 'service/ai-service', 'verify/tasks']) {
    expect(sources(path).filter(([, text]) => withoutWords(text).match(named) !== null).length).toBeGreaterThan(1)
  }
})

test('a name of the task stack would be found', () => {
  expect("new DaprApp(this, 'task-api')".match(named)).toEqual(['task-api'])
  expect("'send' or `/notify`, not to send".match(named)).toEqual(['send', 'notify'])
})
