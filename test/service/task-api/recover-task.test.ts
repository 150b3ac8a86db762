import { randomUUID } from 'node:crypto'

import { expect, test } from '@jest/globals'

import { type LiveDocument, retention, stack, type TaskDocument } from '../../../config/tasks/index.ts'
import { bind, EtagMismatch, type SaveOptions, SidecarUnavailable } from '../../../service/dapr/index.ts'
import { taskEventPublisher, taskStore } from '../../../service/task-api/dapr-adapter.ts'
import { idOfKey } from '../../../service/task-api/idempotency.ts'
import { recoverTask } from '../../../service/task-api/recover-task.ts'
import { created, removed, withStatus } from '../../../service/task-api/task-changes.ts'
import { findWrite } from '../../../service/task-api/write-ids.ts'
import { memorySidecar } from '../support/memory-sidecar.ts'

const facts = (n: number) => ({ at: '2026-01-01T00:00:00.000Z', writeId: `write-${n}`, correlationId: `cause-${n}` })
const fields = { title: 'Buy milk', description: null, priority: 1, user_id: null, due_date: null }

const setUp = async (document?: TaskDocument, id: string = randomUUID()) => {
  const sidecar = memorySidecar()
  const options: (SaveOptions | undefined)[] = []
  const { saveState } = sidecar
  sidecar.saveState = (store, key, value, precondition, given) => {
    options.push(given)
    return saveState(store, key, value, precondition, given)
  }
  const dapr = bind(stack, 'task-api', sidecar)
  const store = taskStore(dapr)
  if (document) await store.save(id, document)
  const recover = () => recoverTask({ store, events: taskEventPublisher(dapr), pause: async () => undefined }, id)
  return { id, sidecar, store, recover, options, published: () => sidecar.published.map((event) => event.id), stored: async () => (await store.read(id))?.document }
}

const first = created('t', fields, facts(1))

test('what is pending is published in its order and settled', async () => {
  const { recover, published, stored } = await setUp(withStatus(first, 'completed', facts(2)))
  await recover()
  expect(published()).toEqual(['t-1', 't-2'])
  expect(await stored()).toMatchObject({ version: 2, pending: [] })
})

test('a save that comes late finds its version gone, although nothing was pending', async () => {
  const { id, store, recover } = await setUp({ ...first, pending: [] })
  const { etag } = (await store.read(id)) ?? {}
  await recover()
  expect(await store.save(id, withStatus(first, 'completed', facts(2)), etag)).toBe('conflict')
})

test('a creation that comes late finds a fence, which goes after its time', async () => {
  const { id, store, recover, options, stored } = await setUp()
  await recover()
  expect(await stored()).toMatchObject({ fence: true, pending: [] })
  expect(options.at(-1)).toEqual({ ttlSeconds: retention.tombstoneSeconds })
  expect(await store.save(id, created(id, fields, facts(1)))).toBe('conflict')
})

test('the fence of a key\'s task has no time to live, since a task may come to stand on it', async () => {
  const { recover, options } = await setUp(undefined, idOfKey('k'))
  await recover()
  expect(options.at(-1)).toEqual({})
})

test('a tombstone keeps its time to live', async () => {
  const { recover, options, published } = await setUp(removed(first, facts(2)))
  await recover()
  expect(published()).toEqual(['t-1', 't-2'])
  expect(options.at(-1)).toEqual({ ttlSeconds: retention.tombstoneSeconds })
})

test('an ETag mismatch is no fence: it is read and bumped again', async () => {
  const { sidecar, recover, stored } = await setUp(first)
  sidecar.faults.save.push(() => { throw new EtagMismatch('memory', 'connection reset') })
  await recover()
  expect(await stored()).toMatchObject({ pending: [] })
})

test('fails while the broker is away, and leaves what is pending', async () => {
  const { sidecar, recover, stored } = await setUp(first)
  sidecar.faults.publish.push(() => { throw new SidecarUnavailable('memory', 'refused') })
  await expect(recover()).rejects.toThrow(SidecarUnavailable)
  expect(await stored()).toMatchObject({ pending: [{ event_id: 't-1' }] })
})

test('a write is found below the 15 that came after it, and not known below more', () => {
  let document: LiveDocument = first
  for (let n = 2; n <= 16; n += 1) document = withStatus(document, 'pending', facts(n))
  expect(findWrite(document, first)).toBe('found')
  expect(findWrite(document, { ...first, write_id: 'another' })).toBe('missing')
  expect(findWrite(first, document)).toBe('missing')
  expect(findWrite(withStatus(document, 'pending', facts(17)), first)).toBe('forgotten')
})
