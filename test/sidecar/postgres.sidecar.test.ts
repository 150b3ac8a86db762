import { randomUUID } from 'node:crypto'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { stringify } from 'yaml'

import type { NotificationsPage, UserTasksPage } from '../../config/tasks/index.ts'
import { StateStore } from '../../infra/constructs/index.ts'
import { environments } from '../../infra/tasks/environments.ts'
import { createHttpSidecar, type Sidecar } from '../../service/dapr/index.ts'
import { taskObjects } from '../infra/task-objects.ts'
import { describeSidecarContract } from '../service/support/sidecar-contract.ts'
import { ask } from './rig/ask.ts'
import { type Postgres, startPostgres } from './rig/postgres.ts'
import { type Running, type SelfHosted, startSelfHosted } from './rig/self-hosted.ts'
import { createTask, setStatus } from './rig/tasks.ts'
import { until } from './rig/until.ts'

const secret = { secret: 'postgres', key: 'url' }
const onPostgres = (tablePrefix: string) => StateStore.of('state.postgresql', { connectionString: secret, tablePrefix })
const stores = { statestore: onPostgres('tasks_'), 'notification-store': onPostgres('notifications_') }

let postgres: Postgres
let host: SelfHosted
let api: Running
let replica: Running
let notifications: Running
let sidecar: Sidecar
const stops: (() => Promise<void>)[] = []

/** The folder that sidecars read, its state stores as the constructs make them; their Secret is read from the file of the rig. */
const resourcesOnPostgres = async (): Promise<string> => {
  const file = join(host.folder, 'secrets.json')
  const secrets = JSON.parse(await readFile(file, 'utf8')) as object
  await writeFile(file, JSON.stringify({ ...secrets, [secret.secret]: { [secret.key]: postgres.url } }))
  const resources = await host.resources()
  const { dev } = environments
  for (const { kind, metadata: { name }, ...rest } of taskObjects({ environment: { ...dev, backends: { ...dev.backends, ...stores } } })) {
    const component = { ...rest, kind, metadata: { name }, auth: { secretStore: 'kubernetes-secrets' } }
    if (kind === 'Component' && name in stores) await writeFile(join(resources, `component-${name}.yaml`), stringify(component))
  }
  return resources
}

beforeAll(async () => {
  postgres = await startPostgres()
  stops.push(() => postgres.stop())
  host = await startSelfHosted()
  stops.push(() => host.stop())
  const resources = await resourcesOnPostgres()
  // The first sidecar makes the tables.
  api = await host.start('task-api', { resources })
  ;[replica, notifications] = await Promise.all([host.start('task-api', { resources }), host.start('notification-service', { resources })])
  sidecar = createHttpSidecar({ origin: `http://127.0.0.1:${api.sidecar.httpPort}`, callMs: 5000 })
  stops.push(() => sidecar.close())
}, 600_000)
afterAll(async () => {
  for (const stop of stops.reverse()) await stop()
}, 60_000)

const [id, time] = [randomUUID(), '2026-01-01T00:00:00Z']
const data = { event_type: 'task.pending', event_id: id, task_id: 't', title: 'x', status: 'pending', timestamp: time, correlation_id: 'c', sequence: 1 }

describeSidecarContract('a PostgreSQL behind the state store', () => ({
  sidecar,
  store: 'statestore',
  pubsub: 'pubsub',
  topic: 'task-events',
  event: { specversion: '1.0', id, source: 'task-api', type: 'task.pending', subject: 't', time, datacontenttype: 'application/json', correlationid: 'c', data },
  secret: { store: 'kubernetes-secrets', name: 'api-key', value: { 'api-key': 'a test key' } },
  callee: { app: 'notification-service', method: 'notify', good: { type: 'task_completed', event_id: id, task_id: 't', message: 'm' }, bad: { type: 'other' } },
}))

describe('the task stack on PostgreSQL', () => {
  test('keeps a task there through create, read, change and removal, the same at each replica, and nothing in Redis', async () => {
    const { id } = await createTask(api.url, 'Kept in a table')
    const count = (): Promise<string> => postgres.query(`select count(*) from tasks_state where key = 'task-api||task-${id}' and convert_from(value, 'UTF8') like '%Kept in a table%'`)
    expect(await count()).toBe('1')
    expect(await host.redis.command('EXISTS', `task-api||task-${id}`)).toBe('0')
    expect(await setStatus(replica.url, id, 'completed', '"1"')).toMatchObject({ status: 200, body: { status: 'completed' } })
    expect((await ask(`${api.url}/tasks/${id}`)).headers.get('etag')).toBe('"2"')
    expect((await ask(`${api.url}/tasks/${id}`, { method: 'DELETE' })).status).toBe(204)
    expect((await ask(`${replica.url}/tasks/${id}`)).status).toBe(404)
    expect(await count()).toBe('0')
  })

  test('of 16 writers with one ETag, at two replicas, one gets 200 and 15 get 412', async () => {
    const { id } = await createTask(api.url)
    const answers = await Promise.all(Array.from({ length: 16 }, (_, n) => setStatus(n % 2 ? api.url : replica.url, id, 'in_progress', '"1"')))
    expect(answers.map(({ status }) => status).sort()).toEqual([200, ...Array<number>(15).fill(412)])
  })

  test('makes one task of a create that is repeated with its Idempotency-Key', async () => {
    const create = (url: string) => ask(`${url}/tasks`, { method: 'POST', body: { title: 'Once' }, headers: { 'idempotency-key': id } })
    const [first, second] = [await create(api.url), await create(replica.url)]
    expect([first.status, second.status, second.body]).toEqual([201, 201, first.body])
  })

  test('lists the tasks of a user, whose events came over the broker, and welcomes the user', async () => {
    const { status, body } = await ask(`${api.url}/users`, { method: 'POST', body: { name: 'Ann', time_zone: 'Europe/Berlin' } })
    expect(status).toBe(201)
    const { id: user } = body as { id: string } // the API's own answer
    await ask(`${api.url}/tasks`, { method: 'POST', body: { title: 'Listed', user_id: user } })
    await until('list', 20, async () => ((await ask(`${replica.url}/users/${user}/tasks`)).body as UserTasksPage).tasks.length === 1)
    await until('welcome', 20, async () => ((await ask(`${notifications.url}/users/${user}/notifications`)).body as NotificationsPage).notifications.length === 1)
    expect(Number(await postgres.query(`select count(*) from notifications_state where key like 'notification-service||%'`))).toBeGreaterThan(0)
  }, 60_000)
})
