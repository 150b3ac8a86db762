import { randomUUID } from 'node:crypto'

import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import Fastify, { type FastifyInstance } from 'fastify'
import { z } from 'zod'

import { defineStack, healthRoute } from '../../config/define/index.ts'
import { stack, Task, timetable } from '../../config/tasks/index.ts'
import { bind, createHttpSidecar, implement, type JobContext, type Sidecar } from '../../service/dapr/index.ts'
import { ask } from './rig/ask.ts'
import { freePorts } from './rig/free-ports.ts'
import { type Running, type SelfHosted, startSelfHosted } from './rig/self-hosted.ts'
import { setStatus } from './rig/tasks.ts'
import { until } from './rig/until.ts'

let host: SelfHosted
beforeAll(async () => {
  host = await startSelfHosted()
}, 600_000)
afterAll(() => host.stop(), 60_000)

const inMs = (ms: number): Date => new Date(Date.now() + ms)

describe('the jobs of an app on a real scheduler', () => {
  const shop = defineStack({
    components: {},
    topics: {},
    services: { shop: { port: 8000, jobs: { due: { data: z.object({ n: z.int() }), retry: { intervalSeconds: 1, maxRetries: 5 } }, tick: { data: z.object({}) } } } },
  })
  let app: FastifyInstance
  let sidecar: Sidecar
  /** What came, and how many calls are still to fail. */
  const calls: { id: string; n: number; cause: string }[] = []
  const ticks: string[] = []
  const asked: string[] = []
  let failures = 0

  beforeAll(async () => {
    const [port = 0, daprPort = 0] = await freePorts(2)
    sidecar = createHttpSidecar({ origin: `http://127.0.0.1:${daprPort}`, callMs: 5000 })
    app = Fastify()
    app.get(healthRoute, async () => ({}))
    const due = async ({ n }: { n: number }, { id, correlationId: cause }: JobContext): Promise<void> => {
      calls.push({ id, n, cause })
      if (failures > 0) {
        failures -= 1
        throw new Error('not yet')
      }
    }
    const tick = async (_data: unknown, { id }: JobContext): Promise<void> => {
      ticks.push(id)
      if (id.startsWith('moves')) await jobs().schedule('tick', id, { cron: '0 0 9 1 1 *', timeZone: 'Europe/Berlin', data: {} })
      if (id.startsWith('ends')) await jobs().remove('tick', id)
    }
    app.register(implement(shop, 'shop', { jobs: { due, tick } }, { sidecar }))
    app.addHook('onRequest', async ({ url }) => { asked.push(url) })
    app.post('/job/eaten-1', (_request, reply) => reply.code(404).send())
    await app.listen({ host: '127.0.0.1', port })
    await host.startSidecar('shop', port, await host.resources(), daprPort)
  }, 60_000)
  afterAll(async () => {
    await app.close()
    await sidecar.close()
  })

  const jobs = () => bind(shop, 'shop', sidecar).jobs
  const of = (id: string) => calls.filter((call) => call.id === id)

  test('a job comes at its time, once, with its data and its cause, and is gone then', async () => {
    const id = randomUUID()
    await jobs().schedule('due', id, { at: inMs(1000), data: { n: 1 }, correlationId: 'c' })
    expect(of(id)).toEqual([])
    await until('job', 10, async () => of(id).length === 1)
    expect(of(id)).toEqual([{ id, n: 1, cause: 'c' }])
    await until('end of the job', 5, async () => (await jobs().read('due', id)) === undefined)
  })

  test('a job whose time has passed comes at once', async () => {
    const id = randomUUID()
    await jobs().schedule('due', id, { at: inMs(-60_000), data: { n: 1 } })
    await until('job', 5, async () => of(id).length === 1)
  })

  test('a job whose id no name can hold comes with that id', async () => {
    const id = `${randomUUID()} ü/?#`
    await jobs().schedule('due', id, { at: inMs(0), data: { n: 1 } })
    await until('job', 5, async () => of(id).length === 1)
  })

  test('a job that is moved comes at its new time only', async () => {
    const [id, mark] = [randomUUID(), randomUUID()]
    await jobs().schedule('due', id, { at: inMs(1000), data: { n: 1 } })
    const later = inMs(3_600_000)
    await jobs().schedule('due', id, { at: later, data: { n: 2 } })
    expect(await jobs().read('due', id)).toEqual({ at: later, data: { n: 2 } })
    await jobs().schedule('due', mark, { at: inMs(2000), data: { n: 1 } })
    await until('a later job', 10, async () => of(mark).length === 1)
    expect(of(id)).toEqual([])
    await jobs().schedule('due', id, { at: inMs(0), data: { n: 3 } })
    await until('job', 10, async () => of(id).length === 1)
    expect(of(id)[0]?.n).toBe(3)
  })

  test('a job that is removed does not come', async () => {
    const [id, mark] = [randomUUID(), randomUUID()]
    await jobs().schedule('due', id, { at: inMs(1000), data: { n: 1 } })
    await jobs().remove('due', id)
    await jobs().schedule('due', mark, { at: inMs(2000), data: { n: 1 } })
    await until('a later job', 10, async () => of(mark).length === 1)
    expect(of(id)).toEqual([])
  })

  test('a job whose handler fails twice is called a third time, and not again', async () => {
    const id = randomUUID()
    failures = 2
    await jobs().schedule('due', id, { at: inMs(0), data: { n: 1 } })
    await until('third call', 15, async () => of(id).length === 3)
    await until('end of the job', 5, async () => (await jobs().read('due', id)) === undefined)
    expect(of(id)).toHaveLength(3)
  })

  test('fails a job of a kind that the app does not know, again and again, and does not lose it', async () => {
    await sidecar.scheduleJob('unknown-1', { dueTime: inMs(0).toISOString(), data: 1 }, { intervalSeconds: 1, maxRetries: 30 })
    await until('second call', 10, async () => asked.filter((url) => url === '/job/unknown-1').length === 2)
    expect(await sidecar.getJob('unknown-1')).toBeDefined()
    await sidecar.deleteJob('unknown-1')
  })

  test('a job whose route is not there is gone after one call, which is why ours always is', async () => {
    await sidecar.scheduleJob('eaten-1', { dueTime: inMs(0).toISOString(), data: 1 }, { intervalSeconds: 1, maxRetries: 30 })
    await until('end of the job', 10, async () => (await sidecar.getJob('eaten-1')) === undefined)
    expect(asked.filter((url) => url === '/job/eaten-1')).toHaveLength(1)
  })

  test('a job by the clocks of a time zone comes again and again until it is removed', async () => {
    const id = randomUUID()
    await jobs().schedule('tick', id, { cron: '* * * * * *', timeZone: 'Asia/Kolkata', data: {} })
    await until('two ticks', 10, async () => ticks.filter((tick) => tick === id).length >= 2)
    await jobs().remove('tick', id)
    expect(await jobs().read('tick', id)).toBeUndefined()
  })

  test('a job may move itself, or take itself away, while it is called', async () => {
    const [moves, ends] = [`moves-${randomUUID()}`, `ends-${randomUUID()}`]
    const often = { cron: '* * * * * *', timeZone: 'UTC', data: {} } as const
    await Promise.all([moves, ends].map((id) => jobs().schedule('tick', id, often)))
    await until('ticks', 10, async () => ticks.includes(moves) && ticks.includes(ends))
    const mark = randomUUID()
    await jobs().schedule('due', mark, { at: inMs(3000), data: { n: 1 } })
    await until('a later job', 10, async () => of(mark).length === 1)
    expect(ticks.filter((id) => id === moves || id === ends)).toHaveLength(2)
    expect((await jobs().read('tick', moves))?.schedule).toBe('CRON_TZ=Europe/Berlin 0 0 9 1 1 *')
    expect(await jobs().read('tick', ends)).toBeUndefined()
  })
})

describe('the jobs of a task on a real scheduler', () => {
  let api: Running
  let notifications: Running
  let sidecar: Sidecar
  beforeAll(async () => {
    ;[api, notifications] = await Promise.all([host.start('task-api'), host.start('notification-service')])
    sidecar = createHttpSidecar({ origin: `http://127.0.0.1:${api.sidecar.httpPort}`, callMs: 5000 })
  }, 120_000)
  afterAll(() => sidecar.close())

  const jobs = () => bind(stack, 'task-api', sidecar).jobs
  const reminderIn = (ms: number): Date => inMs(timetable.reminderLeadMs + ms)
  const create = async (due: Date): Promise<Task> => {
    const { status, body } = await ask(`${api.url}/tasks`, { method: 'POST', body: { title: 'Buy milk', user_id: 'ann', due_date: due.toISOString() } })
    expect(status).toBe(201)
    return Task.parse(body)
  }
  const notificationOf = (id: string, due: Date) => ask(`${notifications.url}/notifications/${id}-due-${due.getTime()}`)
  const notified = (id: string, due: Date, seconds = 20) =>
    until('notification', seconds, async () => {
      const { status, body } = await notificationOf(id, due)
      return status === 200 && body
    })
  const logged = (message: string, id: string) => api.log().filter(({ msg, task_id: task }) => msg === message && task === id)

  test('a task that is due soon is notified, across apps and once, also when its reminder comes twice', async () => {
    const due = reminderIn(2000)
    const { id } = await create(due)
    const body = await notified(id, due)
    expect(body).toEqual({ type: 'task_due_soon', event_id: `${id}-due-${due.getTime()}`, task_id: id, user_id: 'ann', message: `Task "Buy milk" is due at ${due.toISOString()}`, notified_at: expect.any(String), delivery: 'sent' })
    await jobs().schedule('reminder', id, { at: inMs(0), data: { due_date: due.toISOString() } })
    await until('second reminder', 10, async () => logged('Told that a task is due soon', id).length === 2)
    await until('second delivery', 10, async () => notifications.log().some(({ msg, event_id: event }) => msg === 'Event was handled before' && event === `${id}-due-${due.getTime()}`))
    expect((await notificationOf(id, due)).body).toEqual(body)
    expect(await host.redis.command('HGET', `notification-service||notification-${id}-due-${due.getTime()}`, 'version')).toBe('1')
  })

  test('a task has its reminder until it is completed, and its clean-up from then until it is reopened', async () => {
    const due = inMs(3_600_000)
    const { id } = await create(due)
    await until('reminder', 10, async () => jobs().read('reminder', id))
    expect((await jobs().read('reminder', id))?.at).toEqual(new Date(due.getTime() - timetable.reminderLeadMs))
    await setStatus(api.url, id, 'completed')
    await until('clean-up', 10, async () => jobs().read('cleanup', id))
    await until('end of the reminder', 10, async () => (await jobs().read('reminder', id)) === undefined)
    await setStatus(api.url, id, 'pending')
    await until('end of the clean-up', 10, async () => (await jobs().read('cleanup', id)) === undefined)
    await until('reminder', 10, async () => jobs().read('reminder', id))
    await ask(`${api.url}/tasks/${id}`, { method: 'DELETE' })
    await until('end of the reminder', 10, async () => (await jobs().read('reminder', id)) === undefined)
  })

  test('a completed task is cleaned up when its time has come, with its event', async () => {
    const { id } = await create(inMs(3_600_000))
    await setStatus(api.url, id, 'completed')
    const { data } = await until('clean-up', 10, async () => jobs().read('cleanup', id))
    await jobs().schedule('cleanup', id, { at: inMs(0), data })
    await until('removal', 10, async () => (await ask(`${api.url}/tasks/${id}`)).status === 404)
    await until('its event', 10, async () => api.log().some(({ msg, event_id: event, event_type: type }) => msg === 'Received event' && event === `${id}-3` && type === 'task.deleted'))
    await until('end of the clean-up', 10, async () => (await jobs().read('cleanup', id)) === undefined)
  })

  test('a service that is killed between the call of a job and its effect does it when it is back', async () => {
    const due = reminderIn(3000)
    const { id } = await create(due)
    await until('reminder', 10, async () => jobs().read('reminder', id))
    // The handler reads the task first, and gets no answer.
    host.redis.process.signal('SIGSTOP')
    await until('call of the job', 15, async () => api.log().some(({ msg, job }) => msg === 'Received job' && job === `reminder-${id}`))
    api.service.signal('SIGKILL')
    await api.service.exit()
    host.redis.process.signal('SIGCONT')
    expect((await notificationOf(id, due)).status).toBe(404)
    const again = host.restartService('task-api', api)
    await notified(id, due, 30)
    expect(again.lines.some((line) => line.includes('Told that a task is due soon') && line.includes(id))).toBe(true)
  }, 60_000)
})
