import { expect, jest, test } from '@jest/globals'

import type { TaskDocument } from '../../../config/tasks/index.ts'
import { complete } from '../../../service/task-api/complete.ts'
import type { Held, SaveOutcome } from '../../../service/dapr/index.ts'
import type { TaskStore } from '../../../service/task-api/ports.ts'
import { created, withStatus } from '../../../service/task-api/task-changes.ts'
import { noJournal } from '../support/no-journal.ts'

const facts = (n: number) => ({ at: '2026-01-01T00:00:00.000Z', writeId: `write-${n}`, correlationId: `cause-${n}` })
const written = created('t', { title: 'Buy milk', description: null, priority: 1, user_id: null, due_date: null }, facts(1))

const settling = async (stored: TaskDocument, bump: () => Promise<SaveOutcome>) => {
  const store: TaskStore = { read: async () => ({ document: stored, etag: 'e' }), save: async () => 'saved', bump, published: () => () => undefined }
  const leaveUnfinished = jest.fn()
  const works: (() => Promise<void>)[] = []
  const held: Held = { save: (send) => send(), leaveUnfinished, afterwards: (work) => { works.push(work) } }
  const log = { warn: jest.fn() }
  await complete({ store, events: { publish: async () => undefined }, log, journal: { ...noJournal, guard: (_key, work) => work(held) }, pause: async () => undefined }, held, 't', written)
  await Promise.all(works.map((work) => work()))
  return leaveUnfinished.mock.calls.length
}

test('what is settled is finished', async () => {
  expect(await settling(written, async () => 'saved')).toBe(0)
})

test('a conflict while settling leaves the task to be completed later, for Redis calls a failure a conflict too', async () => {
  expect(await settling(written, async () => 'conflict')).toBe(1)
})

test('a failure while settling leaves the task to be completed later', async () => {
  expect(await settling(written, () => Promise.reject(new Error('away')))).toBe(1)
})

test('what another writer took over is theirs to settle', async () => {
  expect(await settling(withStatus(written, 'completed', facts(2)), () => Promise.reject(new Error('not to be called')))).toBe(0)
})
