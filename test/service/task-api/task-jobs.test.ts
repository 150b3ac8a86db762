import { expect, test } from '@jest/globals'

import { retention, stack, type TaskDocument, type TaskEvent, timetable } from '../../../config/tasks/index.ts'
import { bind } from '../../../service/dapr/index.ts'
import type { StoredTask } from '../../../service/task-api/ports.ts'
import { created, removed, withStatus } from '../../../service/task-api/task-changes.ts'
import { Contended } from '../../../service/task-api/contended.ts'
import { cleanupOf, followTask, reminderOf } from '../../../service/task-api/task-jobs.ts'
import { memorySidecar } from '../support/memory-sidecar.ts'

const now = new Date('2026-05-01T12:00:00.000Z')
const minutes = (count: number): string => new Date(now.getTime() + count * 60_000).toISOString()
const facts = { at: now.toISOString(), writeId: 'w', correlationId: 'c' }
const task = (due_date: string | null) => created('t', { title: 'x', description: null, priority: 1, user_id: null, due_date }, facts)
const lead = timetable.reminderLeadMs / 60_000

test.each([
  ['30 minutes before it is due', minutes(60), minutes(60 - lead)],
  ['at once when that has passed', minutes(10), minutes(0)],
  ['by the instant, however it is written', '2026-05-01T15:00:00+02:00', minutes(60 - lead)],
])('the reminder of a task comes %s', (_case, due, at) => {
  expect(reminderOf(task(due), now)).toEqual({ at: new Date(at), data: { due_date: due } })
})

test.each([
  ['no due date', task(null)],
  ['a due date that has passed', task(minutes(-1))],
  ['a due date that is now', task(minutes(0))],
  ['been completed', withStatus(task(minutes(60)), 'completed', facts)],
  ['been removed', removed(task(minutes(60)), facts)],
])('there is no reminder of a task that has %s', (_case, document) => {
  expect(reminderOf(document, now)).toBeUndefined()
})

test('a completed task is removed after its retention, and no other is', () => {
  const completed = withStatus(task(null), 'completed', facts)
  expect(cleanupOf(completed)).toEqual({ at: new Date(now.getTime() + retention.completedTaskSeconds * 1000), data: { version: 2 } })
  expect([task(null), withStatus(completed, 'pending', facts), removed(completed, facts), undefined].map(cleanupOf)).toEqual([undefined, undefined, undefined, undefined])
})

/** A task whose versions are read one after the other, the last one for ever; and what it has scheduled. */
const setUp = (...documents: (TaskDocument | undefined)[]) => {
  const sidecar = memorySidecar()
  let reads = 0
  const read = async (): Promise<StoredTask | undefined> => {
    const document = documents[Math.min(reads, documents.length - 1)]
    reads += 1
    return document && { document, etag: 'e' }
  }
  const deps = { store: { read }, dapr: bind(stack, 'task-api', sidecar), now: () => now }
  return { sidecar, follow: (event: TaskEvent) => followTask(deps, event), reads: () => reads }
}
const eventOf = ({ pending }: TaskDocument): TaskEvent => {
  const event = pending.at(-1)
  if (!event) throw new Error('no event is pending')
  return event
}

test('a task that is due gets its reminder, which says what caused it', async () => {
  const due = task(minutes(60))
  const { sidecar, follow } = setUp(due)
  await follow(eventOf(due))
  expect([...sidecar.jobs]).toEqual([['reminder-t', { dueTime: minutes(60 - lead), data: { schema: 1, id: 't', correlation_id: 'c', data: { due_date: minutes(60) } } }]])
})

test('a task without a due date costs neither a read nor a job', async () => {
  const { sidecar, follow, reads } = setUp(task(null))
  await follow(eventOf(task(null)))
  expect([sidecar.jobs.size, reads()]).toEqual([0, 0])
})

test('a completed task loses its reminder and gets its clean-up; reopened, it is the other way round; removed, it has none', async () => {
  const open = task(minutes(60))
  const completed = withStatus(open, 'completed', facts)
  const reopened = withStatus(completed, 'in_progress', facts)
  const gone = removed(reopened, facts)
  const { sidecar, follow } = setUp(open, open, completed, completed, reopened, reopened, gone)
  const names: string[][] = []
  for (const document of [open, completed, reopened, gone]) {
    await follow(eventOf(document))
    names.push([...sidecar.jobs.keys()])
  }
  expect(names).toEqual([['reminder-t'], ['cleanup-t'], ['reminder-t'], []])
})

test('a change of a task that never had a job costs a read and no call', async () => {
  const changed = withStatus(task(null), 'in_progress', facts)
  const { sidecar, follow, reads } = setUp(changed)
  sidecar.faults.job.push(() => { throw new Error('asked') })
  await follow(eventOf(changed))
  await follow(eventOf(removed(changed, facts)))
  expect(reads()).toBe(2)
})

test.each([
  ['has had one', (document: TaskDocument) => document],
  ['does not say, since an earlier version wrote it', ({ jobs: _, ...document }: TaskDocument) => document],
])('a job is taken away from a task that %s', async (_case, stored) => {
  const reopened = withStatus(withStatus(task(null), 'completed', facts), 'pending', facts)
  const { sidecar, follow } = setUp(stored(reopened))
  sidecar.jobs.set('cleanup-t', { data: {} })
  await follow(eventOf(reopened))
  expect([...sidecar.jobs.keys()]).toEqual([])
})

test('an old event that comes late makes the jobs of the task as it is now', async () => {
  const open = task(minutes(60))
  const { sidecar, follow } = setUp(withStatus(open, 'completed', facts))
  await follow(eventOf(open))
  expect([...sidecar.jobs.keys()]).toEqual([])
})

test('a change while the jobs are made is followed, too', async () => {
  const open = task(minutes(60))
  const moved = { ...withStatus(open, 'pending', facts), task: { ...open.task, due_date: minutes(90) } }
  const { sidecar, follow } = setUp(open, moved)
  await follow(eventOf(open))
  expect(sidecar.jobs.get('reminder-t')).toMatchObject({ dueTime: minutes(90 - lead) })
})

test('fails when the task changes all the time, so that the event is delivered again', async () => {
  const versions = Array.from({ length: 20 }, (_, n) => ({ ...task(minutes(60)), version: n + 1 }))
  await expect(setUp(...versions).follow(eventOf(task(minutes(60))))).rejects.toThrow(Contended)
})

test('fails when the scheduler is away, so that the event is delivered again', async () => {
  const { sidecar, follow } = setUp(task(minutes(60)))
  sidecar.faults.job.push(() => { throw new Error('away') })
  await expect(follow(eventOf(task(minutes(60))))).rejects.toThrow('away')
})
