import { expect, test } from '@jest/globals'
import fc from 'fast-check'
import { z } from 'zod'

import { ComponentFailed, EtagMismatch, type StateStore, stateStore } from '../../../service/dapr/index.ts'
import { createPagedIndex, newestFirst, type PagedIndex } from '../../../service/paged-index/index.ts'
import { memorySidecar } from '../support/memory-sidecar.ts'

const maxEntries = 4
const traceSeconds = 60
const Item = z.object({ id: z.string(), sequence: z.number() })
type Item = z.infer<typeof Item>

interface Change {
  readonly id: number
  readonly sequence: number
  readonly gone: boolean
}

const keyOf = (id: number): string => newestFirst(new Date(id * 1000).toISOString(), `${id}`)

const setUp = (wrap: (state: StateStore) => StateStore = (state) => state, largest = maxEntries) => {
  const sidecar = memorySidecar()
  const clock = { now: 1_000_000 }
  const replica = (): PagedIndex<Item> =>
    createPagedIndex({ state: wrap(stateStore(sidecar, 'statestore')), name: 'index', parser: Item, maxEntries: largest, traceSeconds, now: () => clock.now })
  const pages = () => [...sidecar.entries].filter(([key]) => !key.endsWith(':directory')).map(([key, { text }]) => ({ key, ...(JSON.parse(text) as { entries: unknown[] }) }))
  return { sidecar, clock, replica, index: replica(), pages }
}

const make = (index: PagedIndex<Item>, { id, sequence, gone }: Change): Promise<void> => {
  const subject = { key: keyOf(id), sequence }
  return gone ? index.remove('ann', subject) : index.put('ann', { ...subject, value: { id: `${id}`, sequence } })
}

/** The whole list, asked for in pieces. */
const all = async (index: PagedIndex<Item>, limit = 3): Promise<Item[]> => {
  const items: Item[] = []
  for (let cursor: string | undefined; ; ) {
    const answer = await index.read('ann', { limit, cursor })
    items.push(...answer.items)
    if (answer.next === undefined) return items
    cursor = answer.next
  }
}

/** What a list must hold after changes in whatever order: of each subject the newest, unless that is its removal. */
const model = (changes: readonly Change[]): Item[] => {
  const latest = new Map<number, Change>()
  for (const change of changes) if (change.sequence > (latest.get(change.id)?.sequence ?? 0)) latest.set(change.id, change)
  const there = [...latest.values()].filter(({ gone }) => !gone)
  return there.sort((one, other) => other.id - one.id).map(({ id, sequence }) => ({ id: `${id}`, sequence }))
}

/** One change a sequence: deliveries may be repeated and come in any order, but do not contradict each other. */
const changes = fc.array(fc.record({ id: fc.nat({ max: 30 }), sequence: fc.integer({ min: 1, max: 5 }) }), { maxLength: 80 }).map((deliveries) => deliveries.map((delivery) => ({ ...delivery, gone: delivery.sequence === 4 })))

test('repeated and reordered changes leave what a model says, on pages of bounded size', async () => {
  await fc.assert(fc.asyncProperty(changes, fc.integer({ min: 1, max: 7 }), async (deliveries, limit) => {
    const { index, pages } = setUp()
    for (const change of deliveries) await make(index, change)
    expect(await all(index, limit)).toEqual(model(deliveries))
    for (const { entries } of pages()) expect(entries.length).toBeLessThanOrEqual(maxEntries)
  }), { numRuns: 200 })
})

test('changes that several replicas make at once, over a store that lies, leave what a model says', async () => {
  await fc.assert(fc.asyncProperty(changes, fc.constantFrom(4, 8, 16), fc.scheduler(), fc.infiniteStream(fc.nat({ max: 9 })), async (deliveries, largest, scheduler, fates) => {
    let lies = 40
    /** Sometimes writes, and says that it did not; sometimes does not. */
    const fate = async (write: () => Promise<void>): Promise<void> => {
      const [drawn = 9] = lies > 0 ? fates.take(1) : []
      if (drawn <= 3) lies -= 1
      if (drawn !== 2 && drawn !== 3) await write()
      if (drawn === 0 || drawn === 2) throw new EtagMismatch('memory', 'connection reset')
      if (drawn === 1 || drawn === 3) throw new ComponentFailed('memory', 'failed')
    }
    const { sidecar, replica, pages } = setUp((state) => ({
      ...state,
      get: async (key, parser) => {
        await scheduler.schedule(Promise.resolve(), `get ${key}`)
        return state.get(key, parser)
      },
      save: async (key, value, precondition, options) => {
        await scheduler.schedule(Promise.resolve(), `save ${key}`)
        return fate(() => state.save(key, value, precondition, options))
      },
    }), largest)
    const replicas = [replica(), replica(), replica()]
    /** As a broker does: until it succeeds. */
    const deliver = async (index: PagedIndex<Item>, change: Change): Promise<void> => {
      for (;;) {
        try {
          await make(index, change)
          return
        } catch (error) {
          if (!(error instanceof ComponentFailed || error instanceof EtagMismatch)) throw error
        }
      }
    }
    await scheduler.waitFor(Promise.all(deliveries.map((change, place) => deliver(replicas[place % replicas.length] ?? replica(), change))))
    const index = createPagedIndex({ state: stateStore(sidecar, 'statestore'), name: 'index', parser: Item, maxEntries, traceSeconds })
    expect(await all(index)).toEqual(model(deliveries))
    for (const { entries } of pages()) expect(entries.length).toBeLessThanOrEqual(largest)
  }), { numRuns: 150 })
}, 60_000)

test('who pages through a list that changes gets each subject that stays exactly once', async () => {
  await fc.assert(fc.asyncProperty(changes, changes, fc.integer({ min: 1, max: 5 }), async (before, during, limit) => {
    const { index } = setUp()
    for (const change of before) await make(index, change)
    const meanwhile = [...during]
    const seen: string[] = []
    let stayed = model(before)
    for (let cursor: string | undefined; ; ) {
      const answer = await index.read('ann', { limit, cursor })
      seen.push(...answer.items.map(({ id }) => id))
      if (answer.next === undefined) break
      cursor = answer.next
      for (const change of meanwhile.splice(0, 5)) await make(index, change)
      const there = model([...before, ...during.slice(0, during.length - meanwhile.length)])
      // What was away for one page, and came back, has not stayed.
      stayed = stayed.filter(({ id }) => there.some((item) => item.id === id))
    }
    expect(new Set(seen).size).toBe(seen.length)
    expect(seen).toEqual(expect.arrayContaining(stayed.map(({ id }) => id)))
  }), { numRuns: 200 })
})

test('changes of one list that come at once are made together, each page once', async () => {
  const { sidecar, index } = setUp(undefined, 400)
  await Promise.all(Array.from({ length: 101 }, (_, id) => make(index, { id, sequence: 1, gone: false })))
  expect(await all(index)).toHaveLength(101)
  // The first alone, then those that came meanwhile.
  expect([...sidecar.entries.values()].map(({ version }) => version)).toEqual([2])
})

test('a removed subject stays away while its trace does, and the trace goes', async () => {
  const { index, clock, pages } = setUp()
  await make(index, { id: 1, sequence: 2, gone: true })
  await make(index, { id: 1, sequence: 1, gone: false })
  expect(await all(index)).toEqual([])
  clock.now += traceSeconds * 1000 + 1
  await make(index, { id: 2, sequence: 1, gone: false })
  expect(pages().flatMap(({ entries }) => entries)).toEqual([expect.objectContaining({ key: keyOf(2) })])
})

test('a filter looks on until it has what was asked for, or for some pages, and says where to go on', async () => {
  const { index } = setUp()
  for (let id = 1; id <= 300; id += 1) await make(index, { id, sequence: 1, gone: false })
  const first = await index.read('ann', { limit: 2, matches: ({ id }) => id.endsWith('50') })
  expect(first.items.map(({ id }) => id)).toEqual(['250', '150'].slice(0, first.items.length))
  const found: string[] = []
  for (let cursor: string | undefined; ; ) {
    const answer = await index.read('ann', { limit: 2, cursor, matches: ({ id }) => id.endsWith('50') })
    found.push(...answer.items.map(({ id }) => id))
    if (answer.next === undefined) break
    cursor = answer.next
  }
  expect(found).toEqual(['250', '150', '50'])
})

test('a list is whole without its directory, and one that lost it gets it again', async () => {
  const { sidecar, index } = setUp()
  for (let id = 1; id <= 60; id += 1) await make(index, { id, sequence: 1, gone: false })
  const directory = 'statestore/index:ann:directory'
  expect(sidecar.entries.delete(directory)).toBe(true)
  expect(await all(index)).toHaveLength(60)
  await make(index, { id: 1, sequence: 2, gone: false })
  expect(JSON.parse(sidecar.entries.get(directory)?.text ?? '{}')).toMatchObject({ links: expect.any(Array) })
})

test('a replica that dies in the middle of a split leaves the list whole', async () => {
  const { sidecar, index } = setUp()
  for (let id = 1; id <= maxEntries; id += 1) await make(index, { id, sequence: 1, gone: false })
  sidecar.faults.save.push((effect) => { effect() }, () => { throw new TypeError('it died') })
  await expect(make(index, { id: 9, sequence: 1, gone: false })).rejects.toThrow('it died')
  expect(await all(index)).toHaveLength(maxEntries)
  await make(index, { id: 9, sequence: 1, gone: false })
  expect((await all(index)).map(({ id }) => id)).toEqual(['9', '4', '3', '2', '1'])
})

test('any text of a cursor\'s form is taken', async () => {
  const { index } = setUp()
  await make(index, { id: 1, sequence: 1, gone: false })
  expect((await index.read('ann', { limit: 1, cursor: 'zzzz' })).items).toEqual([])
  expect((await index.read('ann', { limit: 1, cursor: 'A' })).items).toHaveLength(1)
})

test('fails, as it must, a list whose page is written without its condition', async () => {
  const careless = (state: StateStore): StateStore => {
    const save: StateStore['save'] = async (key, value, precondition, options) => {
      const stored = await state.get(key, { parse: (found) => found })
      const now = stored ? { etag: stored.etag } : ({ firstWrite: true } as const)
      await state.save(key, value, now, options).catch(() => save(key, value, precondition, options))
    }
    return { ...state, save }
  }
  const { replica, index } = setUp(careless)
  const replicas = [replica(), replica(), replica()]
  await Promise.all(Array.from({ length: 30 }, (_, id) => make(replicas[id % 3] ?? index, { id, sequence: 1, gone: false })))
  expect((await all(index)).length).toBeLessThan(30)
})
