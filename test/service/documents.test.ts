import { createRequire } from 'node:module'

import { describe, expect, test } from '@jest/globals'
import { Ajv } from 'ajv'

import { graphOf } from '../../config/define/index.ts'
import { stack } from '../../config/tasks/index.ts'
import { problems } from '../../service/http/index.ts'
import { expectFile } from '../infra/file-snapshot.ts'
import { notificationService, taskApi } from './support/apps.ts'

const asyncApiSchema = createRequire(import.meta.url)('@asyncapi/specs/schemas/3.0.0.json') as object // typed any

/** As far as the tests look into a document. */
interface Document {
  readonly openapi: string
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>
  readonly security?: readonly object[]
}
interface Operation {
  readonly operationId?: string
  readonly summary?: string
  readonly parameters?: readonly { readonly name: string }[]
  readonly responses: Readonly<Record<string, { readonly headers: object; readonly content?: object; readonly links?: Readonly<Record<string, Link>> }>>
}
interface Link {
  readonly operationId: string
  readonly parameters: object
}

const services = { 'task-api': taskApi, 'notification-service': notificationService }
const names = Object.keys(services) as (keyof typeof services)[] // Object.keys widens to string
const documentOf = async (name: keyof typeof services, options = {}) => (await services[name](options).app.inject('/openapi.json')).json<Document>()
const operationsOf = ({ paths }: Document): Operation[] => Object.values(paths).flatMap((methods) => Object.values(methods))

test.each([
  ['openapi.json', 'task-api', '/openapi.json'],
  ['openapi-notification-service.json', 'notification-service', '/openapi.json'],
  ['asyncapi.json', 'task-api', '/asyncapi.json'],
] as const)('docs/%s is what %s serves', async (file, name, url) => {
  const answer = await services[name]().app.inject(url)
  expect([answer.statusCode, answer.headers['content-type']]).toEqual([200, 'application/json; charset=utf-8'])
  expectFile(new URL(`../../docs/${file}`, import.meta.url), `${JSON.stringify(answer.json(), null, 2)}\n`)
})

describe.each(names)('the API of %s', (name) => {
  test('has every operation named, with each answer it can give', async () => {
    const document = await documentOf(name)
    expect(document.openapi).toBe('3.1.0')
    expect(operationsOf(document).length).toBeGreaterThan(0)
    for (const operation of operationsOf(document)) {
      expect(operation).toMatchObject({ operationId: expect.any(String), summary: expect.any(String) })
      expect(Object.keys(operation.responses)).toEqual(expect.arrayContaining(['400', '422', '500', '503']))
    }
  })

  test('shows nothing that is for Dapr', async () => {
    const routes = graphOf(stack)
    const daprs = [...routes.subscriptions.flatMap(({ route, deadLetters }) => [route, deadLetters.route]), ...routes.invocations.map(({ route }) => route)]
    expect(Object.keys((await documentOf(name)).paths).filter((path) => daprs.includes(path) || /^\/(events|dead-letters|job)\//.test(path))).toEqual([])
  })

  test('links lead to its own operations, with parameters that these have', async () => {
    const operations = operationsOf(await documentOf(name))
    const links = operations.flatMap(({ responses }) => Object.values(responses)).flatMap(({ links = {} }) => Object.values(links))
    for (const { operationId, parameters } of links) {
      const target = operations.find((operation) => operation.operationId === operationId)
      expect(target?.parameters?.map((parameter) => parameter.name)).toEqual(expect.arrayContaining(Object.keys(parameters)))
    }
  })

  test('says that callers must be authenticated where they must', async () => {
    const jwt = { issuer: 'https://id.example', audience: 'x', jwksUrl: 'https://id.example/jwks.json' }
    const [open, closed] = [await documentOf(name), await documentOf(name, { jwt })]
    expect([open.security, closed.security]).toEqual([undefined, [{ bearer: [] }]])
    expect(operationsOf(closed).every(({ responses }) => '401' in responses)).toBe(true)
    expect(operationsOf(open).some(({ responses }) => '401' in responses)).toBe(false)
  })
})

test('a task can be followed from its creation to its removal', async () => {
  const { paths } = await documentOf('task-api')
  const { headers, links } = paths['/tasks']?.['post']?.responses['201'] ?? {}
  expect(Object.keys(headers ?? {})).toEqual(['x-request-id', 'location', 'etag'])
  expect(Object.values(links ?? {}).map(({ operationId }) => operationId)).toEqual(['readTask', 'updateTask', 'setTaskStatus', 'deleteTask'])
})

test('answers have no status that is not in the catalogue, beside the good ones', async () => {
  const known = new Set<string>(Object.values(problems).map(({ status }) => String(status)))
  const statuses = operationsOf(await documentOf('task-api')).flatMap(({ responses }) => Object.keys(responses))
  expect(statuses.filter((status) => status >= '400' && !known.has(status))).toEqual([])
})

test('the page at /docs and all that it loads come from the service itself', async () => {
  const { app } = taskApi()
  const page = await app.inject('/docs')
  const assets = [...page.body.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, url = '']) => url)
  expect([page.statusCode, page.headers['x-request-id']]).toEqual([200, expect.any(String)])
  expect(assets.length).toBeGreaterThan(3)
  for (const url of assets) expect([url, (await app.inject(new URL(url, 'http://x/docs').pathname)).statusCode]).toEqual([url, 200])
  expect((await app.inject('/docs/json')).json()).toEqual((await app.inject('/openapi.json')).json())
})

describe('the document of the events', () => {
  // The schema brings its own copy of the schema of schemas.
  const validate = new Ajv({ strict: false, validateFormats: false, meta: false, validateSchema: false }).compile(asyncApiSchema)
  const document = async () => (await taskApi().app.inject('/asyncapi.json')).json<{ asyncapi: unknown; channels: object; operations: object }>()

  test('is an AsyncAPI 3.0 document', async () => {
    expect([validate(await document()), validate.errors]).toEqual([true, null])
  })

  test('fails the schema of AsyncAPI where it is broken', async () => {
    expect(validate({ ...(await document()), operations: { x: { action: 'shout' } } })).toBe(false)
  })

  test('has every topic with its events, and every publisher and subscriber', async () => {
    const { topics } = graphOf(stack)
    const { channels, operations } = await document()
    expect(channels).toMatchObject(Object.fromEntries(topics.map(({ name, eventTypes }) => [name, { messages: Object.fromEntries(eventTypes.map((type) => [type, { name: type }])) }])))
    expect(Object.keys(operations)).toHaveLength(topics.flatMap(({ publishers, subscribers }) => [...publishers, ...subscribers]).length)
  })
})
