import { randomUUID } from 'node:crypto'
import { copyFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'

import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import Fastify, { type FastifyInstance } from 'fastify'

import { healthRoute } from '../../config/define/index.ts'
import { stack } from '../../config/tasks/index.ts'
import { bind, createHttpSidecar, type HandledMarks, implement, NotPermitted, type Sidecar } from '../../service/dapr/index.ts'
import { taskStore } from '../../service/task-api/dapr-adapter.ts'
import { preferencesStore } from '../../service/task-api/preferences.ts'
import { taskSubscriptions } from '../../service/task-api/subscriptions.ts'
import { userTasks } from '../../service/task-api/user-tasks.ts'
import { ask } from './rig/ask.ts'
import { type Child, startChild } from './rig/child.ts'
import type { Daprd } from './rig/daprd.ts'
import { deadLettersAt, dlq } from './rig/dlq.ts'
import { freePorts } from './rig/free-ports.ts'
import { type Running, type SelfHosted, startSelfHosted } from './rig/self-hosted.ts'
import { createTask, setStatus } from './rig/tasks.ts'
import { until } from './rig/until.ts'

let host: SelfHosted
let api: Running
let notifications: Running
let sidecar: Sidecar
const started: Child[] = []

const urlOf = ({ httpPort }: Daprd) => `http://127.0.0.1:${httpPort}`
const sidecarOf = (daprd: Daprd) => createHttpSidecar({ origin: urlOf(daprd), callMs: 5000 })
const at = () => urlOf(api.sidecar)

beforeAll(async () => {
  host = await startSelfHosted()
  ;[api, notifications] = await Promise.all([host.start('task-api'), host.start('notification-service')])
  sidecar = sidecarOf(api.sidecar)
}, 600_000)
afterAll(async () => {
  await Promise.all(started.map((child) => child.stop()))
  await sidecar.close()
  await host.stop()
}, 60_000)

/** Starts a service's process for a sidecar that may be there already. */
const serve = (app: keyof typeof stack.services, port: number, daprPort: number): Child => {
  const env = { APP_HOST: '127.0.0.1', APP_PORT: `${port}`, DAPR_HTTP_PORT: `${daprPort}` }
  const child = startChild(process.execPath, [resolve(`service/${app}/main.ts`)], { cwd: resolve('.'), env })
  started.push(child)
  return child
}

const lines = (message: string, eventId: string) => api.log().filter(({ msg, event_id: event }) => msg === message && event === eventId)
const sent = (taskId: string) => api.log().filter(({ msg }) => msg === `Notification sent for task ${taskId}`)
const notified = async (eventId: string) => (await ask(`${notifications.url}/notifications/${eventId}`)).status
const kept = (id: string) => until(`dead letter ${id}`, 30, async () => (await deadLettersAt(at())).find((letter) => letter.id === id))

const completed = (taskId: string, eventId: string = randomUUID()) => {
  const time = new Date().toISOString()
  const data = { event_type: 'task.completed', event_id: eventId, task_id: taskId, title: 'x', status: 'completed', timestamp: time, correlation_id: 'c', sequence: 2 }
  return { specversion: '1.0', id: eventId, source: 'task-api', type: 'task.completed', subject: taskId, time, datacontenttype: 'application/json', correlationid: 'c', data } as const
}
const publish = (event: Parameters<Sidecar['publish']>[2]) => sidecar.publish('pubsub', 'task-events', event)

describe('with nothing amiss', () => {
  test('the list says that it is empty', async () => {
    expect(await dlq(['list', '--sidecar', at()])).toEqual({ code: 0, stdout: 'there are no dead letters\n', stderr: '' })
  }, 60_000)

  test('a second delivery of a handled event invokes nothing', async () => {
    const event = completed(randomUUID())
    await publish(event)
    await until('notification', 10, async () => sent(event.data.task_id).length === 1)
    await until('mark', 10, async () => (await host.redis.command('EXISTS', `task-api||handled:task-events:${event.id}`)) === '1')
    await publish(event)
    await until('second delivery', 10, async () => lines('Event was handled before', event.id).length === 1)
    expect(sent(event.data.task_id)).toHaveLength(1)
  })

  test('a mark is forgotten after a day', async () => {
    const [key = ''] = (await host.redis.command('KEYS', 'task-api||handled:*')).split('\n')
    const seconds = Number(await host.redis.command('TTL', key))
    expect(seconds).toBeGreaterThan(86_000)
    expect(seconds).toBeLessThanOrEqual(86_400)
  })

  test('the app may publish on the topics of its graph and on no other', async () => {
    await expect(sidecar.publish('pubsub', 'other-events', completed('t'))).rejects.toThrow(NotPermitted)
  })
})

describe('with the notification service away, its sidecar there', () => {
  const ids: string[] = []
  beforeAll(async () => {
    await notifications.service.stop()
    for (const _ of [1, 2]) {
      const { id } = await createTask(api.url)
      await setStatus(api.url, id, 'completed')
      ids.push(id)
    }
  }, 30_000)

  test('an event becomes a dead letter with its last error and its attempts', async () => {
    const letter = await kept(`${ids[0]}-2`)
    expect(letter).toMatchObject({
      app: 'task-api', topic: 'task-events', attempts: 4, received: 1,
      event: { specversion: '1.0', id: `${ids[0]}-2`, type: 'task.completed', data: { task_id: ids[0], sequence: 2 } },
      last_error: expect.stringMatching(/^CalleeUnavailable: .*notification-service/),
    })
    expect(Date.parse(letter.last_failed_at)).toBeGreaterThan(Date.parse(letter.first_failed_at))
  }, 60_000)

  test('list and show tell it to people, and nothing is known of other ids', async () => {
    await kept(`${ids[1]}-2`)
    const list = await dlq(['list', '--sidecar', at()])
    expect(list.stdout).toMatch(new RegExp(`^${ids[0]}-2 +task-api +task-events +task.completed +4 .*notification-service`, 'm'))
    expect(list.stdout).toMatch(/^2 dead letters$/m)
    const show = await dlq(['show', `${ids[0]}-2`, '--sidecar', at()])
    expect(show.stdout).toMatch(/^last error +CalleeUnavailable: .*\nevent\n\{/m)
    expect(await dlq(['show', 'no-such', '--sidecar', at()])).toEqual({ code: 1, stdout: '', stderr: 'there is no dead letter "no-such"; npm run dlq -- list shows all\n' })
  }, 60_000)

  test('a replay in vain makes it a dead letter again', async () => {
    const before = await kept(`${ids[0]}-2`)
    await dlq(['replay', `${ids[0]}-2`, '--sidecar', at()])
    await until('another dead letter', 30, async () => (await deadLettersAt(at())).some(({ id, last_failed_at: at }) => id === before.id && at > before.last_failed_at))
  }, 60_000)

  test('once it is back, a replay is handled once and the dead letter is gone', async () => {
    serve('notification-service', notifications.port, notifications.sidecar.httpPort)
    await until('notification service', 20, async () => (await ask(`${notifications.url}/ready`)).status === 200)
    expect(await dlq(['replay', '--all', '--sidecar', at()])).toMatchObject({ code: 0, stderr: '' })
    for (const id of ids) {
      await until('notification', 20, async () => (await notified(`${id}-2`)) === 200)
      expect(await host.redis.command('HGET', `notification-service||notification-${id}-2`, 'version')).toBe('1')
      expect(sent(id)).toHaveLength(1)
    }
    expect(await deadLettersAt(at())).toEqual([])
  }, 60_000)
})

describe('an event that can never be handled appears with its reason:', () => {
  test.each([
    ['of an unknown type', { ...completed('t'), type: 'task.exploded' }, /"task.exploded" is not declared/],
    ['with broken data', { ...completed('t'), data: { task_id: 1 } }, /data breaks the contract/],
    ['that expired', { ...completed('t'), expiration: '2026-01-01T00:00:00Z' }, /it expired at 2026-01-01T00:00:00Z/],
  ])('one %s', async (_what, event, why) => {
    await publish(event)
    expect(await kept(event.id)).toMatchObject({ event: { id: event.id, type: event.type }, last_error: expect.stringMatching(why) })
    expect(await dlq(['drop', event.id, '--sidecar', at()])).toMatchObject({ code: 0, stdout: `dropped ${event.id} of task-api, topic task-events\n` })
    expect(await deadLettersAt(at())).toEqual([])
  }, 60_000)

  test('one that is no JSON, byte for byte', async () => {
    await ask(`${at()}/v1.0/publish/pubsub/task-events?metadata.rawPayload=true`, { method: 'POST', body: 'no JSON', headers: { 'content-type': 'application/octet-stream' } })
    const letter = await until('dead letter', 20, async () => (await deadLettersAt(at()))[0])
    expect(letter).toMatchObject({ id: expect.stringMatching(/^sha256-/), bytes: Buffer.from('no JSON').toString('base64'), last_error: expect.stringMatching(/^no CloudEvent/) })
    await dlq(['drop', '--all', '--sidecar', at()])
  }, 60_000)

  test('it does not get lost by a replay', async () => {
    const event = { ...completed('t'), type: 'task.exploded' }
    await publish(event)
    await kept(event.id)
    await dlq(['replay', event.id, '--sidecar', at()])
    expect(await kept(event.id)).toMatchObject({ last_error: expect.stringMatching(/task.exploded/) })
    await dlq(['drop', '--all', '--sidecar', at()])
    expect((await dlq(['list', '--sidecar', at()])).stdout).toBe('there are no dead letters\n')
  }, 60_000)
})

describe('without the state store', () => {
  test('a dead letter goes round its topic, slowly, until it can be kept', async () => {
    const event = { ...completed('t'), type: 'task.exploded' }
    await api.service.stop()
    await api.sidecar.process.stop()
    const [port = 0, daprPort = 0] = await freePorts(2)
    const folder = await host.resources(['statestore'])
    const service = serve('task-api', port, daprPort)
    const daprd = await host.startSidecar('task-api', port, folder, daprPort)
    const length = async () => Number(await host.redis.command('XLEN', 'task-events-dead-letter'))
    const before = await length()
    await ask(`${urlOf(daprd)}/v1.0/publish/pubsub/task-events`, { method: 'POST', body: event, headers: { 'content-type': 'application/cloudevents+json' } })
    await until('third round', 30, async () => (await length()) >= before + 3)
    const refused = service.lines.filter((line) => line.includes('Cannot keep a dead letter, it will be delivered again'))
    expect(refused.length).toBeGreaterThanOrEqual(8)

    // Dapr loads a component that appears.
    const file = 'component-statestore.yaml'
    await copyFile(join(await host.resources(), file), join(folder, file))
    const letter = await until('the dead letter', 30, async () => (await deadLettersAt(urlOf(daprd))).find(({ id }) => id === event.id))
    expect(letter).toMatchObject({ event: { id: event.id }, last_error: expect.stringMatching(/task.exploded/) })
    const settled = await length()
    await new Promise((resolve) => setTimeout(resolve, 2000))
    expect(await length()).toBe(settled)
    await service.stop()
    await daprd.process.stop()
  }, 120_000)
})

describe('without marks', () => {
  let app: FastifyInstance
  afterAll(() => app.close())

  test('a second delivery does invoke again', async () => {
    const noMarks: HandledMarks = { isHandled: async () => false, remember: () => undefined }
    const [port = 0, daprPort = 0] = await freePorts(2)
    app = Fastify()
    const own = createHttpSidecar({ origin: `http://127.0.0.1:${daprPort}`, callMs: 5000 })
    const invoked: string[] = []
    const counting: Sidecar = { ...own, invoke: (target, method, request) => { invoked.push(method); return own.invoke(target, method, request) } }
    const dapr = bind(stack, 'task-api', counting)
    const none = async (): Promise<void> => undefined
    const jobs = { reminder: none, digest: none, cleanup: none }
    const store = taskStore(dapr)
    const subscriptions = taskSubscriptions({ dapr, store, lists: userTasks(dapr, store), preferences: preferencesStore(dapr), now: () => new Date() })
    app.register(implement(stack, 'task-api', { ...subscriptions, jobs }, { sidecar: own, marksOf: () => noMarks }))
    app.addHook('onClose', () => own.close())
    app.get(healthRoute, async () => ({}))
    await app.listen({ host: '127.0.0.1', port })
    await host.startSidecar('task-api', port, await host.resources(), daprPort)
    const event = completed(randomUUID())
    await own.publish('pubsub', 'task-events', event)
    await until('first invocation', 20, async () => invoked.length === 1)
    await own.publish('pubsub', 'task-events', event)
    await until('second invocation', 20, async () => invoked.length === 2)
  }, 60_000)
})
