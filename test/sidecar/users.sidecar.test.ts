import { afterAll, beforeAll, expect, test } from '@jest/globals'

import { type NotificationsPage, type Preferences, User, type UserRecommendations, type UserTasksPage } from '../../config/tasks/index.ts'
import { ask } from './rig/ask.ts'
import { type Running, type SelfHosted, startSelfHosted } from './rig/self-hosted.ts'
import { until } from './rig/until.ts'

let host: SelfHosted
let api: Running
let notifications: Running
let ai: Running

beforeAll(async () => {
  host = await startSelfHosted()
  ;[api, notifications, ai] = await Promise.all([host.start('task-api'), host.start('notification-service'), host.start('ai-service')])
}, 600_000)
afterAll(() => host.stop(), 60_000)

const register = async (): Promise<User> => {
  const { status, body } = await ask(`${api.url}/users`, { method: 'POST', body: { name: 'Ann', time_zone: 'Europe/Berlin' } })
  expect(status).toBe(201)
  return User.parse(body)
}
const create = async (user: string, fields: object): Promise<string> => {
  const { status, body } = await ask(`${api.url}/tasks`, { method: 'POST', body: { ...fields, user_id: user } })
  expect(status).toBe(201)
  return (body as { id: string }).id // the task API's own answer
}
const at = async <T>(url: string): Promise<T> => (await ask(url)).body as T // as above
const tasksOf = (user: string, query = '') => at<UserTasksPage>(`${api.url}/users/${user}/tasks${query}`)
const titles = ({ tasks }: Pick<UserTasksPage, 'tasks'>) => tasks.map(({ title }) => title)
const ttlOf = async (key: string) => Number(await host.redis.command('TTL', `task-api||${key}`))

test('a user who registers gets preferences for 30 days and a welcome', async () => {
  const { id } = await register()
  const list = `${notifications.url}/users/${id}/notifications`
  await until('welcome', 15, async () => (await at<NotificationsPage>(list)).notifications.length === 1)
  expect((await at<NotificationsPage>(list)).notifications).toEqual([
    { type: 'welcome', event_id: `${id}-1`, user_id: id, message: 'Welcome, Ann', notified_at: expect.any(String), delivery: 'sent' },
  ])
  expect(await at<Preferences>(`${api.url}/users/${id}/preferences`)).toEqual({ time_zone: 'Europe/Berlin', digest: true, reminder: true })
  const ttl = await ttlOf(`user-preferences:${id}`)
  expect(ttl).toBeGreaterThan(2_592_000 - 120)
  expect(ttl).toBeLessThanOrEqual(2_592_000)
})

test('preferences that the store forgot come back as defaults', async () => {
  const { id } = await register()
  const url = `${api.url}/users/${id}/preferences`
  expect((await ask(url, { method: 'PUT', body: { time_zone: 'Asia/Tokyo', digest: false, reminder: false } })).status).toBe(200)
  await host.redis.command('DEL', `task-api||user-preferences:${id}`)
  expect(await at<Preferences>(url)).toEqual({ time_zone: 'Europe/Berlin', digest: true, reminder: true })
  expect(await ttlOf(`user-preferences:${id}`)).toBeGreaterThan(0)
})

test('a user\'s list follows what happens to the tasks, through a cache of an hour', async () => {
  const { id: user } = await register()
  const [first, second] = [await create(user, { title: 'first' }), await create(user, { title: 'second' }), await create(user, { title: 'third' })]
  await until('list of three', 15, async () => titles(await tasksOf(user)).join() === 'third,second,first')
  expect(await ttlOf(`tasks-cache:${user}`)).toBeGreaterThan(3_600 - 120)
  await ask(`${api.url}/tasks/${first}`, { method: 'PUT', body: { title: 'first, anew', priority: 4 } })
  await ask(`${api.url}/tasks/${second}`, { method: 'DELETE' })
  await until('change and removal', 15, async () => titles(await tasksOf(user)).join() === 'third,first, anew')
  await ask(`${api.url}/tasks/${first}/status?status=completed`, { method: 'PUT' })
  await until('completion', 15, async () => titles(await tasksOf(user, '?status=completed')).join() === 'first, anew')
  const page = await tasksOf(user, '?limit=1')
  expect(titles(page)).toEqual(['third'])
  expect(titles(await tasksOf(user, `?limit=1&cursor=${page.next_cursor ?? ''}`))).toEqual(['first, anew'])
  await until('notification', 15, async () => (await at<NotificationsPage>(`${notifications.url}/users/${user}/notifications`)).notifications.some(({ type }) => type === 'task_completed'))
})

test('events that come again, in any order, leave the list as it is', async () => {
  const { id: user } = await register()
  const id = await create(user, { title: 'kept' })
  const gone = await create(user, { title: 'gone' })
  await ask(`${api.url}/tasks/${id}`, { method: 'PUT', body: { title: 'kept, anew' } })
  await ask(`${api.url}/tasks/${gone}`, { method: 'DELETE' })
  await until('list', 15, async () => titles(await tasksOf(user)).join() === 'kept, anew')
  const text = await host.redis.command('XRANGE', 'task-events', '-', '+')
  const events = text.split('\n').filter((line) => line.startsWith('{') && line.includes(user)).map((line) => JSON.parse(line) as { id: string; data: unknown })
  expect(events).toHaveLength(4)
  // Under new ids, so that no mark of a handled event keeps them away.
  const again = events.reverse().map((event, index) => ({ ...event, id: `${event.id}-again-${index}` }))
  for (const event of again) {
    const response = await fetch(`http://127.0.0.1:${api.sidecar.httpPort}/v1.0/publish/pubsub/task-events`, { method: 'POST', headers: { 'content-type': 'application/cloudevents+json' }, body: JSON.stringify(event) })
    expect(response.status).toBe(204)
  }
  await until('deliveries', 15, async () => again.every(({ id: event }) => api.log().some(({ msg, event_id: seen }) => msg === 'Received event' && seen === event)))
  await until('handling', 15, async () => (await Promise.all(again.map(({ id: event }) => host.redis.command('EXISTS', `task-api||handled:task-events:${event}`)))).every((found) => found === '1'))
  expect(titles(await tasksOf(user))).toEqual(['kept, anew'])
})

test('what to do first is ranked by the other app, and unranked while that is away', async () => {
  const { id: user } = await register()
  await create(user, { title: 'later', due_date: '2027-01-01T00:00:00Z' })
  await create(user, { title: 'sooner', due_date: '2026-12-24T18:00:00+01:00' })
  await create(user, { title: 'some day', priority: 5 })
  await until('list', 15, async () => (await tasksOf(user)).tasks.length === 3)
  const recommended = () => at<UserRecommendations>(`${api.url}/users/${user}/recommendations`)
  const ranked = await recommended()
  expect([ranked.degraded, titles(ranked)]).toEqual([false, ['sooner', 'later', 'some day']])
  ai.service.signal('SIGKILL')
  await ai.service.exit()
  const withoutApp = await recommended()
  expect([withoutApp.degraded, titles(withoutApp)]).toEqual([true, ['some day', 'sooner', 'later']])
  await ai.sidecar.process.stop()
  expect((await recommended()).degraded).toBe(true)
}, 60_000)

test('who registers while notification-service is away is registered, and welcomed when it is back', async () => {
  notifications.service.signal('SIGSTOP')
  const { id } = await register()
  expect((await ask(`${api.url}/users/${id}`)).status).toBe(200)
  await until('failure', 15, async () => api.log().some(({ msg, event_id: event }) => msg === 'Handler failed, the event will be delivered again' && event === `${id}-1`))
  notifications.service.signal('SIGCONT')
  await until('welcome', 30, async () => (await at<NotificationsPage>(`${notifications.url}/users/${id}/notifications`)).notifications.length === 1)
}, 60_000)
