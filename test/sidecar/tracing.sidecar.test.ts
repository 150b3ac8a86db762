import { randomBytes } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'

import { tracingSpec } from '../../infra/constructs/tracing.ts'
import { ask } from './rig/ask.ts'
import { type HeaderEater, startHeaderEater } from './rig/header-eater.ts'
import { type Running, type SelfHosted, type SelfHostedOptions, startSelfHosted } from './rig/self-hosted.ts'
import { createTask } from './rig/tasks.ts'
import { until } from './rig/until.ts'
import { type Span, startZipkin, type Zipkin } from './rig/zipkin.ts'

let zipkin: Zipkin
let folder: string

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'dapr-stack-zipkin-'))
  zipkin = await startZipkin(folder)
}, 600_000)
afterAll(async () => {
  await zipkin.process.stop()
  await rm(folder, { recursive: true })
}, 60_000)

const textOf = ({ localEndpoint, name }: Span): string => `${localEndpoint.serviceName} ${name}`
const [saved, published, delivered] = ['task-api /v1.0/state/statestore', 'task-api /v1.0/publish/pubsub/task-events', 'task-api pubsub/task-events']
const [invokes, invoked] = ['task-api', 'notification-service'].map((app) => `${app} calllocal/notification-service/notify`)
const stored = 'notification-service /v1.0/state/notification-store'
const completing = [saved, published, delivered, invokes, invoked, stored]
const [asks, asked] = ['task-api', 'ai-service'].map((app) => `${app} calllocal/ai-service/get-recommendations`)

/** Sidecars send their spans in batches, so a trace comes in parts. */
const hasAll = (trace: readonly Span[], texts: readonly (string | undefined)[]): boolean => texts.every((text) => trace.some((span) => textOf(span) === text))

/** A span and what it is part of, the first cause first. */
const chainOf = (span: Span, trace: readonly Span[]): Span[] => {
  const parent = trace.find(({ id }) => id === span.parentId)
  return parent ? [...chainOf(parent, trace), span] : [span]
}

/** The task stack with a share of its traces recorded; by default with every one. */
const startTraced = async ({ samplingRate = 1, between }: { samplingRate?: number } & Pick<SelfHostedOptions, 'between'> = {}) => {
  const startedAt = Date.now() * 1000
  const tracing = tracingSpec({ samplingRate, zipkin: { endpointAddress: zipkin.endpointAddress } })
  const host = await startSelfHosted({ tracing, ...(between && { between }) })
  const [api, notifications] = await Promise.all([host.start('task-api'), host.start('notification-service'), host.start('ai-service')])
  const traces = async (): Promise<Span[][]> => (await zipkin.traces()).filter(([first]) => (first?.timestamp ?? 0) > startedAt)
  const traceWithId = (id: string, texts: readonly (string | undefined)[]): Promise<Span[]> =>
    until('trace', 30, async () => (await traces()).find((spans) => spans[0]?.traceId === id && hasAll(spans, texts)))
  return { host, api, notifications, traces, traceWithId }
}

/** What a client sends to have its requests in a trace of its own, recorded or not. */
const newTrace = (flags: '00' | '01') => {
  const [traceId, parentId] = [randomBytes(16).toString('hex'), randomBytes(8).toString('hex')]
  return { traceId, parentId, headers: { traceparent: `00-${traceId}-${parentId}-${flags}` } }
}

/** Completes a new task and waits until it was notified. Gives its id. */
const complete = async (api: Running, notifications: Running, headers: Readonly<Record<string, string>> = {}): Promise<string> => {
  const { id } = await createTask(api.url)
  expect((await ask(`${api.url}/tasks/${id}/status?status=completed`, { method: 'PUT', headers })).status).toBe(200)
  await until('notification', 20, async () => (await ask(`${notifications.url}/notifications/${id}-2`)).status === 200)
  return id
}

/** Asks for a ranking, which another app makes, until there is one: on a machine that stands still for seconds it may come too late. */
const rank = async (api: Running, headers: Readonly<Record<string, string>>): Promise<void> => {
  await until('ranking', 30, async () => {
    const { body } = await ask(`${api.url}/users/ann/recommendations`, { headers })
    expect({ body, why: api.log().filter(({ msg }) => msg === 'Tasks are not ranked').at(-1) }).toMatchObject({ body: { degraded: false } })
    return true
  })
}

describe('a request that completes a task, and all that it causes', () => {
  let traced: Awaited<ReturnType<typeof startTraced>>
  beforeAll(async () => { traced = await startTraced() }, 120_000)
  afterAll(async () => { await traced.host.stop() }, 60_000)

  /** The trace that read the task with the id and stored its notification. */
  const traceOf = (id: string): Promise<Span[]> =>
    until('trace', 30, async () => (await traced.traces()).find((trace) => trace.some(({ name }) => name.endsWith(`/task-${id}`)) && hasAll(trace, completing)))

  test('is one trace over both apps, in order: state, publishing, delivery, invocation, state', async () => {
    const trace = await traceOf(await complete(traced.api, traced.notifications))
    const texts = trace.map(textOf)
    for (const [earlier = '', later = ''] of [[saved, published], [published, delivered], [delivered, invokes], [invokes, invoked], [invoked, stored]]) {
      expect(texts).toContain(earlier)
      expect(texts.indexOf(earlier)).toBeLessThan(texts.indexOf(later))
    }
  }, 60_000)

  test('has each step as a part of the one that caused it', async () => {
    const trace = await traceOf(await complete(traced.api, traced.notifications))
    const last = trace.find((span) => textOf(span) === stored)
    expect(last && chainOf(last, trace).map(textOf).slice(1)).toEqual([published, delivered, invokes, invoked, stored])
  }, 60_000)

  test('is part of the trace that a client brings', async () => {
    const { traceId, parentId, headers } = newTrace('01')
    await complete(traced.api, traced.notifications, headers)
    const trace = await traced.traceWithId(traceId, completing)
    expect(chainOf(trace.find((span) => textOf(span) === stored) as Span, trace)[0]?.parentId).toBe(parentId) // it was found above
  }, 60_000)

  test('is one trace over all three apps with what its client asks for next', async () => {
    const { traceId, headers } = newTrace('01')
    await complete(traced.api, traced.notifications, headers)
    await rank(traced.api, headers)
    const trace = await traced.traceWithId(traceId, [...completing, asks, asked])
    expect(new Set(trace.map(({ localEndpoint }) => localEndpoint.serviceName))).toEqual(new Set(['task-api', 'notification-service', 'ai-service']))
    const last = trace.find((span) => textOf(span) === asked)
    expect(last && chainOf(last, trace).map(textOf)).toEqual([asks, asked])
  }, 60_000)

  test('is not recorded when the client says so', async () => {
    const { traceId, headers } = newTrace('00')
    await complete(traced.api, traced.notifications, headers)
    await rank(traced.api, headers)
    const id = await complete(traced.api, traced.notifications)
    await traceOf(id)
    expect((await traced.traces()).filter(([first]) => first?.traceId === traceId)).toEqual([])
  }, 60_000)
})

test.each([
  [0, []],
  [1, ['ai-service', 'notification-service', 'task-api']],
])('at a sampling rate of %i the apps that have recorded something, once they ended, are %j', async (samplingRate, apps) => {
  const { host, api, notifications, traces } = await startTraced({ samplingRate })
  // Sidecars send what they have recorded before they end.
  const { headers } = newTrace('01')
  await complete(api, notifications, headers).then(() => rank(api, headers)).finally(() => host.stop())
  expect([...new Set((await traces()).flat().map(({ localEndpoint }) => localEndpoint.serviceName))].sort()).toEqual(apps)
}, 120_000)

describe('when no traceparent passes between a service and its sidecar', () => {
  const eaters: HeaderEater[] = []
  let traced: Awaited<ReturnType<typeof startTraced>>
  let host: SelfHosted
  beforeAll(async () => {
    traced = await startTraced({
      between: async (port) => {
        const eater = await startHeaderEater(port, ['traceparent', 'tracestate'])
        eaters.push(eater)
        return eater.port
      },
    })
    host = traced.host
  }, 120_000)
  afterAll(async () => {
    await host.stop()
    for (const eater of eaters) eater.close()
  }, 60_000)

  test('fails to be one trace: what is published, invoked and stored are pieces', async () => {
    await complete(traced.api, traced.notifications)
    const pieces = await until('pieces', 30, async () => {
      const traces = await traced.traces()
      const found = [published, invokes, stored].map((text) => traces.find((trace) => trace.some((span) => textOf(span) === text)))
      return found.every((trace) => trace !== undefined) && found
    })
    expect(new Set(pieces.map(([first]) => first?.traceId)).size).toBe(3)
  }, 60_000)
})
