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
  ...invocations.map(({ method }) => method),
  'kubernetes-secrets',
  'statestore',
  'tasks',
]
const escaped = taskNames.map((name) => name.replaceAll('.', '\\.'))
const named = new RegExp(`(?<![\\w-])(${escaped.join('|')})(?![\\w-])`, 'g')

test.each([...sources('infra/constructs'), ...sources('config/define'), ...sources('cli/local'), ...sources('cli/kube'), ...sources('cli/stack')])('%s names nothing of the task stack', (_, text) => {
  expect(text.match(named) ?? []).toEqual([])
})

test('a name of the task stack would be found', () => {
  expect("new DaprApp(this, 'task-api')".match(named)).toEqual(['task-api'])
})
