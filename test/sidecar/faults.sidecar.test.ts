import { existsSync } from 'node:fs'
import { setTimeout as delay } from 'node:timers/promises'

import { afterEach, beforeEach, expect, test } from '@jest/globals'

import { ask } from './rig/ask.ts'
import { startChild } from './rig/child.ts'
import { type SelfHosted, startSelfHosted } from './rig/self-hosted.ts'
import { createTask, setStatus } from './rig/tasks.ts'
import { until } from './rig/until.ts'

/** What `limits` promise for every request. */
const promisedMs = 5_000
let host: SelfHosted

beforeEach(async () => {
  host = await startSelfHosted()
}, 600_000)
afterEach(() => host.stop(), 60_000)

const timed = async <T>(work: () => Promise<T>): Promise<{ answer: T; ms: number }> => {
  const start = performance.now()
  return { answer: await work(), ms: performance.now() - start }
}

test.each(['SIGKILL', 'SIGSTOP'] as const)('fails every request with 503 within 5 s while the sidecar has a %s, and lives', async (signal) => {
  const { url, sidecar } = await host.start('task-api')
  const { id } = await createTask(url)
  sidecar.process.signal(signal)
  const asks = [
    () => ask(`${url}/tasks`, { method: 'POST', body: { title: 'x' } }),
    () => ask(`${url}/tasks/${id}`),
    () => setStatus(url, id, 'completed'),
    () => ask(`${url}/tasks/${id}`, { method: 'DELETE' }),
  ]
  for (const { answer, ms } of await Promise.all(asks.map(timed))) {
    expect(answer).toMatchObject({ status: 503, body: { code: 'unavailable', detail: expect.stringContaining('statestore') } })
    expect(answer.headers.get('retry-after')).toMatch(/^\d+$/)
    expect(ms).toBeLessThan(promisedMs)
  }
  const ready = await timed(() => ask(`${url}/ready`))
  expect(ready.answer.status).toBe(503)
  expect(ready.ms).toBeLessThan(1000)
  expect((await ask(`${url}/health`)).status).toBe(200)
}, 60_000)

test('it serves again when the sidecar is back', async () => {
  const { url, port, sidecar } = await host.start('task-api')
  const task = await createTask(url)
  sidecar.process.signal('SIGKILL')
  await sidecar.process.exit()
  await host.startSidecar('task-api', port, await host.resources(), sidecar.httpPort)
  await until('readiness', 10, async () => (await ask(`${url}/ready`)).status === 200)
  expect((await ask(`${url}/tasks/${task.id}`)).body).toEqual(task)
}, 60_000)

test('fails with 503 within 5 s while the store hangs', async () => {
  const { url } = await host.start('task-api')
  const { id } = await createTask(url)
  host.redis.process.signal('SIGSTOP')
  const { answer, ms } = await timed(() => setStatus(url, id, 'completed'))
  expect(answer).toMatchObject({ status: 503, body: { detail: expect.stringContaining('statestore') } })
  expect(ms).toBeLessThan(promisedMs)
}, 60_000)

test('fails to become ready without a component, and a request names it', async () => {
  const { url } = await host.start('task-api', { leftOut: ['statestore'], ready: false })
  const missing = 'component "statestore" (state) is not loaded'
  await until('reason', 10, async () => JSON.stringify((await ask(`${url}/ready`)).body).includes(JSON.stringify(missing).slice(1, -1)))
  expect(await ask(`${url}/ready`)).toMatchObject({ status: 503, body: { code: 'not-ready', detail: missing } })
  expect(await ask(`${url}/tasks`, { method: 'POST', body: { title: 'x' } })).toMatchObject({ status: 503, body: { detail: expect.stringContaining('no state store "statestore"') } })
}, 60_000)

test('SIGTERM lets what is in flight finish, asks clients to leave and ends with 0', async () => {
  const { url, service, sidecar, log } = await host.start('task-api')
  const { id } = await createTask(url)
  sidecar.process.signal('SIGSTOP')
  const inFlight = setStatus(url, id, 'completed')
  await delay(200)
  service.signal('SIGTERM')
  await until('draining', 2, async () => log().some(({ msg }) => msg === 'Draining'))
  expect((await ask(`${url}/ready`)).body).toMatchObject({ detail: 'the service is shutting down' })
  await until('end of listening', 2, () => fetch(`${url}/health`).then(() => false, () => true))
  sidecar.process.signal('SIGCONT')
  const { status, headers } = await inFlight
  expect([status, headers.get('connection')]).toEqual([200, 'close'])
  expect(await service.exit()).toBe(0)
}, 60_000)

test('SIGTERM ends the process also while the sidecar hangs', async () => {
  const { url, service, sidecar } = await host.start('task-api')
  const { id } = await createTask(url)
  sidecar.process.signal('SIGSTOP')
  const inFlight = setStatus(url, id, 'completed')
  await delay(200)
  service.signal('SIGTERM')
  expect((await inFlight).status).toBe(503)
  expect(await service.exit()).toBe(0)
}, 60_000)

test('wrong settings end the process with exit code 2 and one message', async () => {
  const child = startChild(process.execPath, ['service/task-api/main.ts'], { cwd: '.', env: { DAPR_HTTP_PORT: 'x' } })
  expect(await child.exit()).toBe(2)
  await until('message', 2, async () => child.lines.length > 0)
  expect(child.lines[0]).toBe('the environment has 1 error(s)')
})

test('the rig leaves no process and no folder behind', async () => {
  const { url } = await host.start('task-api')
  await host.stop()
  expect(existsSync(host.folder)).toBe(false)
  await expect(fetch(`${url}/health`)).rejects.toThrow()
  await expect(host.redis.command('PING')).rejects.toThrow()
}, 60_000)
