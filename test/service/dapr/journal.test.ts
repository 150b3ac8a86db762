import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals'

import { type Clock, createJournal, EtagMismatch, type Journal, SidecarUnavailable } from '../../../service/dapr/index.ts'
import { stateStore } from '../../../service/dapr/state-store.ts'
import { memorySidecar } from '../support/memory-sidecar.ts'

const timing = { leaseMs: 10_000, marginMs: 3_000, heartbeatMs: 3_000, scanMs: 3_000, retryMs: 2_000, maxKeys: 5 }
const clock: Clock = {
  now: () => Date.now(),
  latest: () => Date.now(),
  after: (ms, work) => {
    const timer = setTimeout(work, ms)
    return () => { clearTimeout(timer) }
  },
}
const log = { debug: jest.fn(), info: jest.fn(), warn: jest.fn(), error: jest.fn() }
const done = async (): Promise<'saved'> => 'saved'
const journals: Journal[] = []

beforeEach(() => { jest.useFakeTimers() })
afterEach(async () => {
  await Promise.all(journals.splice(0).map((journal) => journal.close()))
  jest.useRealTimers()
  jest.clearAllMocks()
})

const setUp = () => {
  const sidecar = memorySidecar()
  const saves: string[] = []
  const { saveState } = sidecar
  sidecar.saveState = async (store, key, value, ...rest) => {
    saves.push(key)
    await saveState(store, key, value, ...rest)
  }
  let replicas = 0
  const start = (complete: (key: string) => Promise<void> = async () => undefined, spareKeys = 0) => {
    const completed: string[] = []
    const journal = createJournal({
      state: stateStore(sidecar, 'store'), timing, closedSeconds: 60, log, clock, random: () => 0.5, spareKeys, newId: () => `r${(replicas += 1)}`,
      complete: async (key) => {
        await complete(key)
        completed.push(key)
      },
    })
    journals.push(journal)
    journal.start()
    return { journal, completed }
  }
  const stored = (key: string): unknown => JSON.parse(sidecar.entries.get(`store/${key}`)?.text ?? 'null')
  return { sidecar, saves, start, stored }
}
const never = (): Promise<never> => new Promise(() => undefined)

test('nothing is written before the first change, and the journal has its key before the save is sent', async () => {
  const { start, saves, stored } = setUp()
  const { journal } = start()
  await jest.advanceTimersByTimeAsync(20_000)
  expect(saves).toEqual([])
  await journal.guard('a', (held) => held.save(async () => {
    expect(stored('journals')).toEqual({ schema: 1, replicas: ['r1'] })
    expect(stored('journal-r1')).toEqual({ schema: 1, open: true, keys: ['a'] })
    return 'saved'
  }))
})

test('changes at one time share a journal write, a key that is held costs none, and finished keys leave with the next', async () => {
  const { start, saves, stored } = setUp()
  const { journal } = start()
  await Promise.all(Array.from({ length: 4 }, (_, n) => journal.guard(`k${n}`, (held) => held.save(done))))
  const count = saves.filter((key) => key === 'journal-r1').length
  expect(count).toBeLessThanOrEqual(2)
  await journal.guard('k3', async (held) => { await held.save(done); await held.save(done) })
  expect(saves.filter((key) => key === 'journal-r1')).toHaveLength(count)
  await jest.advanceTimersByTimeAsync(timing.heartbeatMs + 1)
  expect(stored('journal-r1')).toMatchObject({ keys: [] })
})

test('fails a change with 503 when the journal cannot be written, and sends no save', async () => {
  const { sidecar, start } = setUp()
  const { journal } = start()
  sidecar.saveState = () => Promise.reject(new SidecarUnavailable('store', 'away'))
  const send = jest.fn(done)
  await expect(journal.guard('a', (held) => held.save(send))).rejects.toThrow(SidecarUnavailable)
  expect(send).not.toHaveBeenCalled()
})

test('what fails after a save was sent is completed until that succeeds; it is logged once', async () => {
  const { start } = setUp()
  let isAway = true
  const { journal, completed } = start(async () => { if (isAway) throw new Error('the broker is away') })
  await expect(journal.guard('a', async (held) => { await held.save(done); throw new Error('not published') })).rejects.toThrow('not published')
  await jest.advanceTimersByTimeAsync(3 * timing.retryMs)
  expect(completed).toEqual([])
  expect(log.warn).toHaveBeenCalledTimes(1)
  isAway = false
  await jest.advanceTimersByTimeAsync(2 * timing.retryMs)
  expect(completed).toEqual(['a'])
  expect(log.info).toHaveBeenCalledTimes(1)
})

test('what fails again while it is being completed is completed once more', async () => {
  const { start } = setUp()
  const work = { finish: (): void => undefined }
  const { journal, completed } = start(() => new Promise((resolve) => { work.finish = resolve }))
  const fail = () => journal.guard('a', async (held) => { await held.save(done); throw new Error('not published') }).catch(() => undefined)
  await fail()
  await jest.advanceTimersByTimeAsync(timing.retryMs)
  await fail()
  work.finish()
  await jest.advanceTimersByTimeAsync(timing.retryMs)
  work.finish()
  await jest.advanceTimersByTimeAsync(timing.retryMs)
  expect(completed).toEqual(['a', 'a'])
})

test.each([
  ['the save was refused for good', (send: (outcome: 'saved' | 'conflict') => Promise<unknown>) => send('conflict')],
  ['nothing was sent', async () => undefined],
])('a change that fails when %s leaves nothing to complete', async (_case, before) => {
  const { start } = setUp()
  const { journal, completed } = start()
  await expect(journal.guard('a', async (held) => {
    await before((outcome) => held.save(async () => outcome))
    throw new Error('refused')
  })).rejects.toThrow('refused')
  await jest.advanceTimersByTimeAsync(2 * timing.retryMs)
  expect(completed).toEqual([])
})

test('a replica that is silent for its lease and the margin is taken over, closed and struck off', async () => {
  const { sidecar, start, stored } = setUp()
  sidecar.entries.set('store/journal-gone', { text: JSON.stringify({ schema: 1, open: true, keys: ['a'] }), version: 1 })
  sidecar.entries.set('store/journals', { text: JSON.stringify({ schema: 1, replicas: ['gone'] }), version: 9 })
  const { completed } = start()
  await jest.advanceTimersByTimeAsync(timing.leaseMs + timing.marginMs)
  expect(completed).toEqual([])
  await jest.advanceTimersByTimeAsync(2 * timing.scanMs)
  expect(completed).toEqual(['a'])
  expect(stored('journal-gone')).toEqual({ schema: 1, open: false, keys: [] })
  expect(stored('journals')).toEqual({ schema: 1, replicas: [] })
})

test('a registered replica without a journal is fenced before it is struck off', async () => {
  const { sidecar, start, stored } = setUp()
  sidecar.entries.set('store/journals', { text: JSON.stringify({ schema: 1, replicas: ['gone'] }), version: 1 })
  start()
  await jest.advanceTimersByTimeAsync(timing.leaseMs + timing.marginMs + 3 * timing.scanMs)
  expect(stored('journal-gone')).toMatchObject({ open: false })
  expect(stored('journals')).toMatchObject({ replicas: [] })
})

test('what cannot be completed stays in the journal that was taken over', async () => {
  const { sidecar, start, stored } = setUp()
  sidecar.entries.set('store/journals', { text: JSON.stringify({ schema: 1, replicas: ['gone'] }), version: 1 })
  sidecar.entries.set('store/journal-gone', { text: JSON.stringify({ schema: 1, open: true, keys: ['bad', 'good'] }), version: 1 })
  start(async (key) => { if (key === 'bad') throw new Error('unreadable') })
  await jest.advanceTimersByTimeAsync(timing.leaseMs + timing.marginMs + 3 * timing.scanMs)
  expect(stored('journal-gone')).toEqual({ schema: 1, open: false, keys: ['bad'] })
  expect(stored('journals')).toMatchObject({ replicas: ['gone'] })
})

test('a replica whose journal was closed by another goes on under a new id, before it saves', async () => {
  const { sidecar, start, stored } = setUp()
  const { journal } = start()
  await journal.guard('a', (held) => held.save(done))
  sidecar.entries.set('store/journal-r1', { text: JSON.stringify({ schema: 1, open: false, keys: [] }), version: 7 })
  await journal.guard('b', (held) => held.save(async () => {
    expect(stored('journal-r2')).toMatchObject({ open: true, keys: ['b'] })
    return 'saved'
  }))
  expect(stored('journal-r1')).toMatchObject({ open: false })
})

test('a replica whose lease is over writes its journal again before it saves, also for a key that it held', async () => {
  const { sidecar, start, saves } = setUp()
  const { journal } = start()
  await journal.guard('a', async (held) => {
    await held.save(done)
    const { saveState } = sidecar
    sidecar.saveState = () => Promise.reject(new SidecarUnavailable('store', 'away'))
    await jest.advanceTimersByTimeAsync(timing.leaseMs)
    sidecar.saveState = saveState
    saves.length = 0
    await held.save(done)
    expect(saves).toEqual(['journal-r1'])
  })
})

test('a journal write that Redis lies about is made again', async () => {
  const { sidecar, start, stored } = setUp()
  const { journal } = start()
  await journal.guard('a', (held) => held.save(done))
  const { saveState } = sidecar
  sidecar.saveState = async (...call) => {
    sidecar.saveState = saveState
    await saveState(...call)
    throw new EtagMismatch('store', 'connection reset')
  }
  await journal.guard('b', (held) => held.save(done))
  expect(stored('journal-r1')).toMatchObject({ keys: ['b'] })
})

test('a replica that shuts down hands over at once what it could not finish, and refuses more', async () => {
  const { start, stored } = setUp()
  const { journal } = start(() => Promise.reject(new Error('the broker is away')))
  await expect(journal.guard('a', async (held) => { await held.save(done); throw new Error('not published') })).rejects.toThrow()
  const { completed } = start()
  await journal.close()
  expect(stored('journal-r1')).toMatchObject({ open: false, keys: ['a'] })
  await expect(journal.guard('b', (held) => held.save(done))).rejects.toMatchObject({ code: 'unavailable' })
  await jest.advanceTimersByTimeAsync(2 * timing.scanMs)
  expect(completed).toEqual(['a'])
  expect(stored('journals')).toMatchObject({ replicas: [] })
})

test('a replica with nothing left strikes itself off', async () => {
  const { start, stored } = setUp()
  const { journal } = start()
  await journal.guard('a', (held) => held.save(done))
  await journal.close()
  expect(stored('journal-r1')).toMatchObject({ open: false, keys: [] })
  expect(stored('journals')).toMatchObject({ replicas: [] })
})

test('fails more changes than it may have open with 503', async () => {
  const { start } = setUp()
  const { journal } = start()
  for (let n = 0; n < timing.maxKeys; n += 1) void journal.guard(`k${n}`, never)
  await expect(journal.guard('more', (held) => held.save(done))).rejects.toMatchObject({ code: 'unavailable' })
})

test('a registry that lost the replica gets it again', async () => {
  const { sidecar, start, stored } = setUp()
  const { journal } = start()
  await journal.guard('a', (held) => held.save(done))
  sidecar.entries.delete('store/journals')
  await jest.advanceTimersByTimeAsync(2 * timing.scanMs + timing.heartbeatMs)
  expect(stored('journals')).toMatchObject({ replicas: ['r1'] })
})

describe('keys in the journal ahead of their use', () => {
  test('are there with the first write, let a save go without another, and are filled up when half of them are taken', async () => {
    const { start, saves, stored } = setUp()
    const { journal } = start(undefined, 4)
    const create = (key: string) => journal.guard(key, (held) => held.save(async () => 'saved'))
    await create(journal.newKey())
    await jest.advanceTimersByTimeAsync(1)
    const { keys } = stored('journal-r1') as { keys: string[] }
    expect(keys).toHaveLength(5)
    const writes = saves.length
    const next = journal.newKey()
    expect(keys).toContain(next)
    await create(next)
    await create(journal.newKey())
    expect(saves).toHaveLength(writes)
    const last = journal.newKey()
    await create(last)
    await jest.advanceTimersByTimeAsync(1)
    const filled = stored('journal-r1') as { keys: string[] }
    expect([filled.keys.length, filled.keys]).toEqual([5, expect.arrayContaining([last])])
    expect(saves).toHaveLength(writes + 1)
  })

  test('are not handed over when the replica leaves, for nothing is under them', async () => {
    const { start, stored } = setUp()
    const { journal } = start(undefined, 4)
    await journal.guard(journal.newKey(), (held) => held.save(async () => 'saved'))
    await journal.close()
    expect(stored('journal-r1')).toMatchObject({ open: false, keys: [] })
  })

  test('are given up with a journal that another replica closed, for there are fences under them', async () => {
    const { start, sidecar, stored } = setUp()
    const { journal } = start(undefined, 4)
    await journal.guard(journal.newKey(), (held) => held.save(async () => 'saved'))
    await jest.advanceTimersByTimeAsync(1)
    const { keys } = stored('journal-r1') as { keys: string[] }
    sidecar.entries.set('store/journal-r1', { text: JSON.stringify({ schema: 1, open: false, keys: [] }), version: 9 })
    await jest.advanceTimersByTimeAsync(timing.leaseMs)
    await journal.guard('other', (held) => held.save(async () => 'saved'))
    await jest.advanceTimersByTimeAsync(1)
    expect(keys).not.toContain(journal.newKey())
  })
})

describe('what a change leaves for afterwards', () => {
  const changeWith = (journal: Journal, work: () => void) =>
    journal.guard('a', async (held) => {
      held.afterwards(async () => { work() })
      await held.save(async () => 'saved')
    })

  /** A journal, and what a change that was answered has left to do. */
  const changed = async () => {
    const { start, stored } = setUp()
    const { journal } = start()
    const left = jest.fn<() => void>()
    await changeWith(journal, left)
    return { journal, left, stored }
  }

  test('is done soon after the answer, and the key is in the journal until then', async () => {
    const { journal, left, stored } = await changed()
    expect(left).not.toHaveBeenCalled()
    await journal.guard('b', (held) => held.save(async () => 'saved'))
    expect(stored('journal-r1')).toMatchObject({ keys: ['a', 'b'] })
    await jest.advanceTimersByTimeAsync(100)
    expect(left).toHaveBeenCalledTimes(1)
    await journal.guard('c', (held) => held.save(async () => 'saved'))
    expect(stored('journal-r1')).toMatchObject({ keys: ['c'] })
  })

  test('waits until the key has been let alone for a while, so that it does not meet the next change', async () => {
    const { journal, left } = await changed()
    for (let time = 0; time < 5; time += 1) {
      await jest.advanceTimersByTimeAsync(15)
      await journal.guard('a', (held) => held.save(done))
    }
    expect(left).not.toHaveBeenCalled()
    await jest.advanceTimersByTimeAsync(60)
    expect(left).toHaveBeenCalledTimes(1)
  })

  test('waits while the key is being changed', async () => {
    const { journal, left } = await changed()
    let finish = (): void => undefined
    const next = journal.guard('a', () => new Promise<void>((resolve) => { finish = resolve }))
    await jest.advanceTimersByTimeAsync(100)
    expect(left).not.toHaveBeenCalled()
    finish()
    await next
    await jest.advanceTimersByTimeAsync(60)
    expect(left).toHaveBeenCalledTimes(1)
  })

  test('is done in the end where the key is never let alone', async () => {
    const { journal, left } = await changed()
    void journal.guard('a', never)
    await jest.advanceTimersByTimeAsync(500)
    expect(left).toHaveBeenCalledTimes(1)
  })

  test('is done before the replica leaves, whether the key is let alone or not', async () => {
    const { journal, left } = await changed()
    void journal.guard('a', never)
    await journal.close()
    expect(left).toHaveBeenCalledTimes(1)
  })

  test('is done before the replica leaves', async () => {
    const { journal, left, stored } = await changed()
    await journal.close()
    expect(left).toHaveBeenCalledTimes(1)
    expect(stored('journal-r1')).toMatchObject({ open: false, keys: [] })
  })
})
