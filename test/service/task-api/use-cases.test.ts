import { expect, jest, test } from '@jest/globals'

import { stack } from '../../../config/tasks/index.ts'
import { bind, EtagMismatch, SidecarUnavailable } from '../../../service/dapr/index.ts'
import { anyone } from '../../../service/http/index.ts'
import { taskEventPublisher, taskStore } from '../../../service/task-api/dapr-adapter.ts'
import { TaskNotFound, TaskStale } from '../../../service/task-api/task-errors.ts'
import { taskUseCases } from '../../../service/task-api/use-cases.ts'
import { memorySidecar } from '../support/memory-sidecar.ts'
import { noJournal } from '../support/no-journal.ts'

const fields = { title: 'Buy milk', description: null, priority: 1, user_id: null, due_date: null }
const any = (): boolean => true
const version = (expected: number) => (actual: number) => actual === expected
const away = (): never => { throw new SidecarUnavailable('memory', 'timeout') }

const setUp = async () => {
  const sidecar = memorySidecar()
  const dapr = bind(stack, 'task-api', sidecar)
  const log = { warn: jest.fn() }
  const pause = jest.fn(async () => undefined)
  const tasks = taskUseCases({ store: taskStore(dapr), events: taskEventPublisher(dapr), log, journal: noJournal, pause })
  const { task } = await tasks.create(anyone, fields, 'cause')
  const path = `statestore/task-${task.id}`
  const stored = (): unknown => JSON.parse(sidecar.entries.get(path)?.text ?? 'null')
  /** What another writer's settling does: another ETag, the same version. */
  const touch = (): void => {
    const entry = sidecar.entries.get(path)
    if (entry) sidecar.entries.set(path, { ...entry, version: entry.version + 1 })
  }
  return { sidecar, log, pause, tasks, id: task.id, stored, touch, ids: () => sidecar.published.map((event) => event.id) }
}

test('a change is stored, its event published as a CloudEvent, and nothing pending stays', async () => {
  const { sidecar, tasks, id, stored } = await setUp()
  await tasks.setStatus(anyone, id, 'completed', any, 'cause-2')
  expect(stored()).toMatchObject({ version: 2, pending: [], task: { status: 'completed' } })
  expect(sidecar.published.at(-1)).toEqual({
    specversion: '1.0', id: `${id}-2`, source: 'task-api', type: 'task.completed', subject: id, time: expect.any(String), datacontenttype: 'application/json', correlationid: 'cause-2',
    data: expect.objectContaining({ event_id: `${id}-2`, event_type: 'task.completed', task_id: id, sequence: 2, correlation_id: 'cause-2' }),
  })
})

test('a removed task is not found, and nothing of it is stored', async () => {
  const { tasks, id, stored } = await setUp()
  await tasks.remove(anyone, id, any, 'cause')
  expect(stored()).toEqual({ schema: 1, version: 2, write_id: expect.any(String), earlier_writes: [expect.any(String)], deleted_at: expect.any(String), pending: [], jobs: [] })
  await expect(tasks.read(anyone, id)).rejects.toThrow(TaskNotFound)
  await expect(tasks.setStatus(anyone, id, 'pending', any, 'cause')).rejects.toThrow(TaskNotFound)
  await expect(tasks.remove(anyone, id, any, 'cause')).rejects.toThrow(TaskNotFound)
})

test('fails an id that is none without a call', async () => {
  const { sidecar, tasks } = await setUp()
  sidecar.faults.get.push(() => { throw new Error('it was read') })
  await expect(tasks.read(anyone, '../x')).rejects.toThrow(TaskNotFound)
  await expect(tasks.remove(anyone, '1', any, 'cause')).rejects.toThrow(TaskNotFound)
})

test('of 16 writers with one version exactly one succeeds', async () => {
  const { tasks, id, ids } = await setUp()
  const results = await Promise.allSettled(Array.from({ length: 16 }, () => tasks.setStatus(anyone, id, 'in_progress', version(1), 'cause')))
  const reasons = results.flatMap((result) => (result.status === 'rejected' ? [result.reason as unknown] : []))
  expect(reasons).toHaveLength(15)
  for (const reason of reasons) expect(reason).toBeInstanceOf(TaskStale)
  expect(new Set(ids())).toEqual(new Set([`${id}-1`, `${id}-2`]))
})

test('writers without a version each make their change, or say that others were faster', async () => {
  const { tasks, id, stored, ids } = await setUp()
  const results = await Promise.allSettled(Array.from({ length: 8 }, () => tasks.setStatus(anyone, id, 'in_progress', any, 'cause')))
  const changes = results.filter(({ status }) => status === 'fulfilled').length
  expect(stored()).toMatchObject({ version: 1 + changes, pending: [] })
  expect(new Set(ids()).size).toBe(1 + changes)
})

test.each([
  ['no answer', away],
  ['an ETag mismatch', () => { throw new EtagMismatch('memory', 'connection reset') }],
])('a write that happened although the answer was %s succeeds once', async (_answer, answer) => {
  const { sidecar, tasks, id, stored, ids } = await setUp()
  sidecar.faults.save.push((effect) => { effect(); answer() })
  await tasks.setStatus(anyone, id, 'completed', version(1), 'cause')
  expect(stored()).toMatchObject({ version: 2, pending: [] })
  expect(ids()).toEqual([`${id}-1`, `${id}-2`])
})

test('a write that another\'s settling overtook is tried again, since the version is still the one named', async () => {
  const { sidecar, tasks, id, touch } = await setUp()
  sidecar.faults.save.push((effect) => { touch(); effect() })
  expect(await tasks.setStatus(anyone, id, 'completed', version(1), 'cause')).toMatchObject({ version: 2 })
})

test('makes room for others only when it was overtaken twice', async () => {
  const { sidecar, tasks, id, pause, touch } = await setUp()
  for (const pauses of [0, 1]) {
    const overtaken = Array.from({ length: pauses + 1 }, () => (write: () => void) => { touch(); write() })
    sidecar.faults.save.push(...overtaken)
    await tasks.setStatus(anyone, id, 'completed', any, 'cause')
    expect(pause).toHaveBeenCalledTimes(pauses)
  }
})

test('fails when it is not known whether the write happened', async () => {
  const { sidecar, tasks, id, ids } = await setUp()
  sidecar.faults.save.push(away)
  await expect(tasks.setStatus(anyone, id, 'completed', any, 'cause')).rejects.toThrow(SidecarUnavailable)
  expect(ids()).toEqual([`${id}-1`])
})

test('fails when the event cannot be published, and the next writer publishes it first', async () => {
  const { sidecar, tasks, id, stored, ids } = await setUp()
  sidecar.faults.publish.push(away)
  await expect(tasks.setStatus(anyone, id, 'in_progress', any, 'cause')).rejects.toThrow(SidecarUnavailable)
  expect(stored()).toMatchObject({ version: 2, pending: [{ event_id: `${id}-2` }] })
  await tasks.setStatus(anyone, id, 'completed', any, 'cause')
  expect(ids()).toEqual([`${id}-1`, `${id}-2`, `${id}-3`])
  expect(stored()).toMatchObject({ pending: [] })
})

test('a removal whose event could not be published is completed by the next try', async () => {
  const { sidecar, tasks, id, stored, ids } = await setUp()
  sidecar.faults.publish.push(away)
  await expect(tasks.remove(anyone, id, version(1), 'cause')).rejects.toThrow(SidecarUnavailable)
  await expect(tasks.read(anyone, id)).rejects.toThrow(TaskNotFound)
  await tasks.remove(anyone, id, version(1), 'cause')
  expect(ids()).toEqual([`${id}-1`, `${id}-2`])
  expect(stored()).toMatchObject({ pending: [] })
})

test('a change stands when only its settling fails', async () => {
  const { sidecar, log, tasks, id, stored } = await setUp()
  sidecar.faults.save.push((effect) => { effect() }, away)
  sidecar.faults.get.push(() => undefined, () => undefined, away)
  await tasks.setStatus(anyone, id, 'completed', any, 'cause')
  expect(stored()).toMatchObject({ version: 2, pending: [{ event_id: `${id}-2` }] })
  expect(log.warn).toHaveBeenCalledTimes(1)
})
