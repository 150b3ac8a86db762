import { globSync } from 'node:fs'
import { resolve } from 'node:path'

import { beforeAll, expect, test } from '@jest/globals'
import ts from 'typescript'

import { graphOf, methodRoute } from '../../config/define/index.ts'
import { stack } from '../../config/tasks/index.ts'
import { rawNames } from './support/raw-names.ts'

const { apps, components, topics, subscriptions, invocations, secrets } = graphOf(stack)
const methods = Object.values(stack.services).flatMap((service) => ('methods' in service ? Object.keys(service.methods) : []))
const names = new Set([
  ...apps.map(({ id }) => id),
  ...components.map(({ name }) => name),
  ...topics.flatMap(({ name, deadLetterTopic, eventTypes }) => [name, deadLetterTopic, ...eventTypes]),
  ...subscriptions.flatMap(({ name, route }) => [name, route]),
  ...invocations.flatMap(({ method, route }) => [method, route]),
  ...methods.flatMap((method) => [method, methodRoute(method)]),
  ...secrets.map(({ secret }) => secret),
])

/** Raw names first, then the ways in which a name may stand. */
const plantedText = `
export const url = 'http://127.0.0.1:3500/v1.0/publish/pubsub/task-events'
export const key = \`task-api||\${url}\`
export const store = 'statestore'
export const route = '/notify'
export const byName: Record<string, number> = { statestore: 1, 'task.created': 2 }
export const loose = (name: string): string => name
loose('task-events')
export const anything = <T extends string>(name: T): T => name
anything('notification-service')
export type Raw = 'task.deleted'
export const isApi = (app: string): boolean => app === 'task-api'
import type { ComponentKind } from '../config/define/index.ts'
import { stack, type TaskStack } from '../config/tasks/index.ts'
import { bind, type BoundApp, type Sidecar } from './dapr/index.ts'
declare const sidecar: Sidecar
export const api: BoundApp<TaskStack, 'task-api'> = bind(stack, 'task-api', sidecar)
export const state = api.state('statestore')
export const kinds: Record<ComponentKind, string> = { pubsub: 'pubsub.', state: 'state.', secrets: '' }
export const secret = api.secret('kubernetes-secrets', 'api-key')
export const sent = api.invoke('notification-service', 'notify', { type: 'task_completed', event_id: 'e', task_id: 't', message: 'm' })
`
const planted = resolve('service/planted.ts')
const files = globSync('service/**/*.ts').map((file) => resolve(file))
let program: ts.Program

beforeAll(() => {
  const { config } = ts.readConfigFile('service/tsconfig.json', (path) => ts.sys.readFile(path)) as { config: unknown } // typed any
  const { options } = ts.parseJsonConfigFileContent(config, ts.sys, resolve('service'))
  const host = ts.createCompilerHost(options)
  const { readFile, fileExists } = host
  host.readFile = (path) => (path === planted ? plantedText : readFile.call(host, path))
  host.fileExists = (path) => path === planted || fileExists.call(host, path)
  program = ts.createProgram([...files, planted], options, host)
}, 60_000)

test('the services name components, topics, events, apps, methods and routes only where the compiler checks them', () => {
  expect(files.length).toBeGreaterThan(30)
  expect(rawNames(program, files, names)).toEqual([])
})

test('fails on each planted raw name, and on nothing that is checked', () => {
  expect(ts.getPreEmitDiagnostics(program, program.getSourceFile(planted))).toEqual([])
  expect(rawNames(program, [planted], names).map(({ line, text }) => `${line} ${text}`)).toEqual([
    '2 http://127.0.0.1:3500/v1.0/publish/pubsub/task-events',
    '3 task-api||',
    '4 statestore',
    '5 /notify',
    '6 statestore',
    '6 task.created',
    '8 task-events',
    '10 notification-service',
    '11 task.deleted',
    '12 task-api',
  ])
})
