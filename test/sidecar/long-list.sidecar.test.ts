import { afterAll, beforeAll, expect, test } from '@jest/globals'

import { pageLimits, type Task, type TaskSummary, type UserTasksPage } from '../../config/tasks/index.ts'
import { ask } from './rig/ask.ts'
import { type Running, type SelfHosted, startSelfHosted } from './rig/self-hosted.ts'
import { setStatus } from './rig/tasks.ts'
import { until } from './rig/until.ts'

/** Tasks of a user. LIST_TASKS=10000 is what docs/architecture.md measures. */
const count = Number(process.env['LIST_TASKS'] ?? 500)
const seconds = 30 + count / 50
const clients = 32
/** Bytes; with titles as short as here, a full page has some 36,000. */
const largestDocument = 64 * 1024

let host: SelfHosted
let api: Running
beforeAll(async () => {
  host = await startSelfHosted()
  ;[api] = await Promise.all([host.start('task-api'), host.start('notification-service')])
}, 600_000)
afterAll(() => host.stop(), 60_000)

/** Does the work for each item, by so many clients at once. */
const each = async <T>(items: readonly T[], work: (item: T, index: number) => Promise<void>): Promise<void> => {
  const queue = items.entries()
  await Promise.all(Array.from({ length: clients }, async () => { for (const [index, item] of queue) await work(item, index) }))
}

/** All tasks of a list, page by page, and how many pages they came in. */
const pagesOf = async (user: string, { status, limit = pageLimits.max }: { status?: string; limit?: number } = {}): Promise<{ tasks: TaskSummary[]; pages: number }> => {
  const tasks: TaskSummary[] = []
  for (let pages = 1, cursor = ''; ; pages += 1) {
    const answer = await ask(`${api.url}/users/${user}/tasks?limit=${limit}${status === undefined ? '' : `&status=${status}`}${cursor && `&cursor=${cursor}`}`)
    expect(answer.status).toBe(200)
    const page = answer.body as UserTasksPage // the task API's own answer
    expect(page.tasks.length).toBeLessThanOrEqual(limit)
    tasks.push(...page.tasks)
    if (page.next_cursor === null) return { tasks, pages }
    cursor = page.next_cursor
  }
}
const idsOf = async (user: string, query?: Parameters<typeof pagesOf>[1]): Promise<string[]> => (await pagesOf(user, query)).tasks.map(({ id }) => id)

/** Gives a user as many tasks, and their ids when the list has all of them. */
const fill = async (user: string): Promise<string[]> => {
  const ids: string[] = []
  await each(Array.from({ length: count }), async (_, index) => {
    const { status, body } = await ask(`${api.url}/tasks`, { method: 'POST', body: { title: `Task ${index}`, user_id: user } })
    expect(status).toBe(201)
    ids.push((body as Task).id) // as above
  })
  await until('list', seconds, async () => (await idsOf(user)).length >= count)
  return ids.sort()
}

/** Bytes of each document of a list. */
const documentsOf = async (user: string): Promise<number[]> => {
  const keys = (await host.redis.command('KEYS', `task-api||user-tasks:${user}:*`)).split('\n')
  return Promise.all(keys.map(async (key) => Number(await host.redis.command('HSTRLEN', key, 'data'))))
}

test('a user with many tasks finds each once, the latest first, in pages of any length, from documents of bounded size', async () => {
  const ids = await fill('ann')
  for (const limit of [pageLimits.max, 33]) {
    const { tasks, pages } = await pagesOf('ann', { limit })
    expect(tasks.map(({ id }) => id).sort()).toEqual(ids)
    const times = tasks.map(({ created_at: at }) => at)
    expect(times).toEqual(times.toSorted().reverse())
    expect(pages).toBe(Math.ceil(count / limit))
  }
  const sizes = await documentsOf('ann')
  expect(sizes.length).toBeGreaterThan(count / 128)
  expect(Math.max(...sizes)).toBeLessThan(largestDocument)
}, 2 * seconds * 1000)

test('what stays is found once, also while a part is completed and another removed', async () => {
  const ids = await fill('bob')
  const part = (rest: number): string[] => ids.filter((_, index) => index % 3 === rest)
  const [completed, removed, kept] = [part(0), new Set(part(1)), part(2)]
  const staying = [...completed, ...kept].sort()
  const changing = { isDone: false }
  const change = async (): Promise<void> => {
    await each(ids, async (id, index) => {
      if (index % 3 === 0) expect((await setStatus(api.url, id, 'completed')).status).toBe(200)
      if (removed.has(id)) expect((await ask(`${api.url}/tasks/${id}`, { method: 'DELETE' })).status).toBe(204)
    }).finally(() => { changing.isDone = true })
  }
  const read = async (): Promise<void> => {
    do {
      const found = await idsOf('bob', { limit: 33 })
      expect(found).toHaveLength(new Set(found).size)
      expect(found.filter((id) => !removed.has(id)).sort()).toEqual(staying)
    } while (!changing.isDone)
  }
  await Promise.all([change(), read()])
  await until('removals and completions', seconds, async () => (await idsOf('bob')).length === staying.length && (await idsOf('bob', { status: 'completed' })).length === completed.length)
  expect((await idsOf('bob')).sort()).toEqual(staying)
  expect((await idsOf('bob', { status: 'completed' })).sort()).toEqual(completed)
  expect((await idsOf('bob', { status: 'pending' })).sort()).toEqual(kept)
  expect(Math.max(...(await documentsOf('bob')))).toBeLessThan(largestDocument)
}, 4 * seconds * 1000)
