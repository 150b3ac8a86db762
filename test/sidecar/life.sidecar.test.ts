import { randomUUID } from 'node:crypto'
import { setTimeout as delay } from 'node:timers/promises'

import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { z } from 'zod'

import { drainVariable, shutdownTimes } from '../../config/define/index.ts'
import { ask } from './rig/ask.ts'
import { type Running, type SelfHosted, startSelfHosted, type StartOptions } from './rig/self-hosted.ts'
import { createTask, setStatus } from './rig/tasks.ts'
import { until } from './rig/until.ts'

const Journals = z.object({ replicas: z.array(z.string()) })
let host: SelfHosted

beforeEach(async () => {
  host = await startSelfHosted()
}, 600_000)
afterEach(() => host.stop(), 60_000)

const received = ({ log }: Running, eventId: string) => log().filter(({ msg, event_id: event }) => msg === 'Received event' && event === eventId)
const said = (lines: readonly string[], text: string) => lines.some((line) => line.includes(text))
/** Replicas whose journals are open or were not looked at since, as the stack keeps them. */
const replicas = async (): Promise<string[]> => Journals.parse(JSON.parse(await host.redis.command('HGET', 'task-api||journals', 'data'))).replicas
/** Events that a sidecar took from the broker and did not settle. */
const pending = async () => Number((await host.redis.command('XPENDING', 'task-events', 'task-api')).split('\n')[0])

const event = () => {
  const [id, time] = [randomUUID(), new Date().toISOString()]
  const data = { event_type: 'task.pending', event_id: id, task_id: 't', title: 'x', status: 'pending', timestamp: time, correlation_id: 'c', sequence: 2 }
  return { specversion: '1.0', id, source: 'task-api', type: 'task.pending', subject: 't', time, datacontenttype: 'application/json', correlationid: 'c', data } as const
}
const publish = async ({ sidecar }: Running) => {
  const sent = event()
  const headers = { 'content-type': 'application/cloudevents+json' }
  expect((await ask(`http://127.0.0.1:${sidecar.httpPort}/v1.0/publish/pubsub/task-events`, { method: 'POST', headers, body: sent })).status).toBe(204)
  return sent.id
}

/** A running task-api whose subscription is seen to work. */
const listening = async (options?: StartOptions): Promise<Running> => {
  const api = await host.start('task-api', options)
  const id = await publish(api)
  await until('first event', 20, async () => received(api, id).length === 1 && (await pending()) === 0)
  return api
}

describe('a service that does not answer', () => {
  test('gets no events, and gets them once it is well again', async () => {
    const api = await listening()
    api.service.signal('SIGSTOP')
    await until('end of deliveries', 10, async () => said(api.sidecar.process.lines, 'App entered un-healthy status'))
    // The read that is under way may still take one.
    const left = await until('an event that is left with the broker', 20, async () => {
      const id = await publish(api)
      await delay(300)
      return Number(/^lag\n(\d+)$/m.exec(await host.redis.command('XINFO', 'GROUPS', 'task-events'))?.[1]) > 0 && id
    })
    expect(received(api, left)).toEqual([])
    api.service.signal('SIGCONT')
    await until('that event', 20, async () => received(api, left).length === 1)
  }, 90_000)

  test('fails at events that a sidecar hands to it when it is not watched', async () => {
    const api = await listening({ flags: { 'enable-app-health-check': false } })
    api.service.signal('SIGSTOP')
    await publish(api)
    await until('a delivery', 10, async () => (await pending()) === 1)
  }, 60_000)
})

describe('a pod that is told to end', () => {
  const drainSeconds = 4
  const ending: StartOptions = {
    env: { [drainVariable]: `${drainSeconds}` },
    flags: { 'dapr-block-shutdown-duration': `${shutdownTimes({ drainSeconds }).blockSeconds}s`, 'dapr-graceful-shutdown-seconds': shutdownTimes({ drainSeconds }).gracefulSeconds },
  }
  /** What the kubelet does to both containers of a pod. */
  const end = async ({ service, sidecar }: Running): Promise<void> => {
    service.signal('SIGTERM')
    sidecar.process.signal('SIGTERM')
    await until('end of subscriptions', 5, async () => said(sidecar.process.lines, 'Blocking graceful shutdown'))
  }

  test('serves on, asks clients to leave, hands over its events and journal, and its sidecar ends after it', async () => {
    // A sidecar that never saw its app well ends at once.
    const going = await listening(ending)
    const staying = await host.start('task-api')
    await end(going)
    const created = await ask(`${going.url}/tasks`, { method: 'POST', body: { title: 'Too late?' } })
    expect([created.status, created.headers.get('connection')]).toEqual([201, 'close'])
    const registered = await replicas()
    expect(registered).not.toEqual([])
    // A read that is under way when the subscription ends may still take one: it is given to another after a minute.
    await until('deliveries to the other', 10, async () => {
      const id = await publish(going)
      await delay(300)
      return received(staying, id).length === 1
    })
    const ids: string[] = []
    for (let n = 0; n < 10; n += 1) ids.push(await publish(going))
    for (const id of ids) await until('delivery to the other', 10, async () => received(staying, id).length === 1)
    expect(ids.flatMap((id) => received(going, id))).toEqual([])
    expect(going.service.ended).toBeUndefined()
    expect(await going.service.exit()).toBe(0)
    expect(going.sidecar.process.ended).toBeUndefined()
    expect(await going.sidecar.process.exit()).toBe(0)
    expect(said(going.sidecar.process.lines, 'App reported unhealthy, entering shutdown')).toBe(true)
    await until('end of its journal', 10, async () => (await replicas()).every((replica) => !registered.includes(replica)))
  }, 90_000)

  test('finishes the event that it is at', async () => {
    const [api, notifications] = await Promise.all([host.start('task-api', ending), host.start('notification-service')])
    const { id } = await createTask(api.url)
    notifications.service.signal('SIGSTOP')
    await setStatus(api.url, id, 'completed')
    await until('delivery', 10, async () => received(api, `${id}-2`).length === 1)
    api.service.signal('SIGTERM')
    api.sidecar.process.signal('SIGTERM')
    notifications.service.signal('SIGCONT')
    await until('notification', 10, async () => api.log().some(({ msg }) => msg === `Notification sent for task ${id}`))
    expect(await api.service.exit()).toBe(0)
    expect(await pending()).toBe(0)
  }, 90_000)
})

test('service, sidecar and store may start in any order', async () => {
  host.redis.process.signal('SIGSTOP')
  const starting = host.start('task-api', { ready: false }).catch((error: unknown) => error)
  const refused = await starting
  expect(String(refused)).toMatch(/INIT_COMPONENT|statestore|sidecar/)
  host.redis.process.signal('SIGCONT')
  const api = await host.start('task-api')
  await createTask(api.url)
}, 120_000)
