import { expect, test } from '@jest/globals'
import fc from 'fast-check'

import { stack, type TaskDocument, type TaskEvent, type UserTasksPage, type UserTasksQuery } from '../../../config/tasks/index.ts'
import { bind } from '../../../service/dapr/index.ts'
import { userTasks } from '../../../service/task-api/user-tasks.ts'
import { memorySidecar } from '../support/memory-sidecar.ts'

const user = 'ann'
const cacheKey = `statestore/tasks-cache:${user}`
const daysAgo = (days: number): string => new Date(Date.now() - days * 86_400_000).toISOString()

const eventOf = (id: string, sequence: number, more: Partial<TaskEvent> = {}): TaskEvent => ({
  event_type: 'task.updated', event_id: `${id}-${sequence}`, task_id: id, title: `Task ${id}`, status: 'pending', timestamp: new Date().toISOString(), correlation_id: 'c', sequence,
  user_id: user, due_date: null, priority: 1, created_at: new Date(Number(id) * 1000).toISOString(), ...more,
})

const setUp = () => {
  const sidecar = memorySidecar()
  const dapr = bind(stack, 'task-api', sidecar)
  const documents = new Map<string, TaskDocument>()
  const replica = () => userTasks(dapr, { read: async (id) => { const document = documents.get(id); return document && { document, etag: '1' } } })
  const tasks = replica()
  const list = (query: Partial<UserTasksQuery> = {}, from = tasks) => from.list(user, { limit: 20, ...query })
  return { sidecar, documents, replica, tasks, list }
}
const idsOf = ({ tasks }: UserTasksPage) => tasks.map(({ id }) => id)
const made = (count: number) => Array.from({ length: count }, (_, index) => eventOf(`${index + 1}`, 1, index % 3 === 0 ? { status: 'completed' } : {}))

test('tasks are listed by their owner, the latest first, as the newest event of each says', async () => {
  const { tasks, list } = setUp()
  for (const event of [eventOf('1', 1), eventOf('2', 3, { title: 'new', status: 'completed', due_date: '2026-12-01T09:00:00+01:00' }), eventOf('2', 2, { title: 'old' })]) await tasks.enlist(event)
  await tasks.enlist(eventOf('3', 1, { user_id: 'bob' }))
  await tasks.enlist(eventOf('4', 1, { user_id: null }))
  const page = await list()
  expect(idsOf(page)).toEqual(['2', '1'])
  expect(page.tasks[0]).toEqual({
    id: '2', title: 'new', status: 'completed', priority: 1, due_date: '2026-12-01T09:00:00+01:00', user_id: user, created_at: '1970-01-01T00:00:02.000Z', updated_at: expect.stringMatching(/Z$/), version: 3,
  })
  expect(idsOf(await list({ status: 'pending' }))).toEqual(['1'])
  expect(page.next_cursor).toBeNull()
})

test('fails an event that says what no task can be, and the list stays readable', async () => {
  const { tasks, list } = setUp()
  await tasks.enlist(eventOf('1', 1))
  await expect(tasks.enlist(eventOf('2', 1, { title: '', priority: 9 }))).rejects.toThrow('title')
  expect(idsOf(await list())).toEqual(['1'])
})

test('a removed task does not come back by an event that is older, however late it comes', async () => {
  const { sidecar, tasks, list } = setUp()
  await tasks.strike(eventOf('1', 3, { event_type: 'task.deleted' }))
  await tasks.enlist(eventOf('1', 2))
  expect(idsOf(await list())).toEqual([])
  sidecar.entries.clear()
  await tasks.enlist(eventOf('1', 2, { timestamp: daysAgo(2) }))
  expect(idsOf(await list())).toEqual([])
})

test('a late event of a task that is there lists it', async () => {
  const { documents, tasks, list } = setUp()
  const event = eventOf('1', 2, { timestamp: daysAgo(2) })
  documents.set('1', { schema: 1, version: 2, write_id: 'w', earlier_writes: [], pending: [], task: { id: '1', title: 'x', description: null, status: 'pending', priority: 1, user_id: user, due_date: null, created_at: event.timestamp, updated_at: event.timestamp } })
  await tasks.enlist(event)
  expect(idsOf(await list())).toEqual(['1'])
})

test.each([1, 7, 20, 100])('pages of %i give every task once, with and without a status, from the cache or not', async (limit) => {
  const { sidecar, tasks, list } = setUp()
  const events = made(250)
  for (const event of events) await tasks.enlist(event)
  const all = async (query: Partial<UserTasksQuery>) => {
    const ids: string[] = []
    for (let cursor: string | undefined; ; ) {
      const page = await list({ ...query, limit, cursor })
      expect(page.tasks.length).toBeLessThanOrEqual(limit)
      ids.push(...idsOf(page))
      if (page.next_cursor === null) return ids
      cursor = page.next_cursor
      if (limit === 7) sidecar.entries.delete(cacheKey)
    }
  }
  expect(await all({})).toEqual(events.map(({ task_id: id }) => id).reverse())
  expect(await all({ status: 'completed' })).toEqual(events.filter(({ status }) => status === 'completed').map(({ task_id: id }) => id).reverse())
})

test('a list of up to 100 tasks is one read, once it is cached', async () => {
  const { sidecar, tasks, list } = setUp()
  for (const event of made(40)) await tasks.enlist(event)
  await list()
  let reads = 0
  const { getState } = sidecar
  sidecar.getState = (store, key) => { reads += 1; return getState(store, key) }
  const { next_cursor: next } = await list({ limit: 10 })
  await list({ limit: 10, cursor: next ?? '' })
  await list({ status: 'completed' })
  expect(reads).toBe(3)
})

test('what an event says is in every list that is asked for after it was handled, also in lists that were being loaded meanwhile', async () => {
  await fc.assert(fc.asyncProperty(fc.array(fc.record({ id: fc.integer({ min: 1, max: 6 }), sequence: fc.integer({ min: 1, max: 4 }) }), { minLength: 1, maxLength: 12 }), fc.scheduler(), async (changes, scheduler) => {
    const { sidecar, replica } = setUp()
    const { getState, saveState } = sidecar
    sidecar.getState = async (store, key) => { await scheduler.schedule(Promise.resolve(), `get ${key}`); return getState(store, key) }
    sidecar.saveState = async (...args) => { await scheduler.schedule(Promise.resolve(), `save ${args[1]}`); return saveState(...args) }
    const [writer, reader] = [replica(), replica()]
    const handled = new Map<string, number>()
    const readers: Promise<void>[] = []
    const readAndCheck = async (): Promise<void> => {
      const before = new Map(handled)
      const { tasks } = await reader.list(user, { limit: 20 })
      // Sequence 4 is a removal; what is listed is never older than what was handled before the question.
      for (const { id, version } of tasks) expect(version).toBeGreaterThanOrEqual(before.get(id) ?? 0)
      for (const [id, sequence] of before) if (sequence < 4 && !changes.some((change) => `${change.id}` === id && change.sequence === 4)) expect(tasks.map((task) => task.id)).toContain(id)
    }
    const write = async (): Promise<void> => {
      for (const { id, sequence } of changes) {
        readers.push(readAndCheck())
        const event = eventOf(`${id}`, sequence)
        await (sequence === 4 ? writer.strike(event) : writer.enlist(event))
        handled.set(`${id}`, Math.max(sequence, handled.get(`${id}`) ?? 0))
        readers.push(readAndCheck())
      }
      await Promise.all(readers)
    }
    await scheduler.waitFor(write())
  }), { numRuns: 150 })
}, 60_000)

test('fails, as it must, a cache that is removed instead of marked: a list that was being loaded comes back', async () => {
  const { sidecar, tasks, list } = setUp()
  await tasks.enlist(eventOf('1', 1))
  sidecar.entries.delete(cacheKey)
  const { saveState } = sidecar
  /** Between loading and caching, another event is handled, and its mark is lost. */
  sidecar.saveState = async (...args) => {
    sidecar.saveState = saveState
    await tasks.enlist(eventOf('2', 1))
    sidecar.entries.delete(cacheKey)
    return saveState(...args)
  }
  await list()
  expect(idsOf(await list())).toEqual(['1'])
})

test('a list that was being loaded while an event was handled is not cached', async () => {
  const { sidecar, tasks, list } = setUp()
  await tasks.enlist(eventOf('1', 1))
  const { saveState } = sidecar
  sidecar.saveState = async (...args) => {
    sidecar.saveState = saveState
    await tasks.enlist(eventOf('2', 1))
    return saveState(...args)
  }
  await list()
  expect(idsOf(await list())).toEqual(['2', '1'])
})

test('the open tasks of a user are all of them, up to a number', async () => {
  const { tasks } = setUp()
  for (const event of made(700)) await tasks.enlist(event)
  expect((await tasks.openTasksOf(user, 10_000)).map(({ status }) => status)).toEqual(Array.from({ length: 466 }, () => 'pending'))
  expect(await tasks.openTasksOf(user, 5)).toHaveLength(5)
})
