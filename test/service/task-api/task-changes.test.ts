import { expect, test } from '@jest/globals'

import { TaskDocument, taskEvents } from '../../../config/tasks/index.ts'
import { settled } from '../../../service/task-api/complete.ts'
import { created, removed, withContent, withStatus } from '../../../service/task-api/task-changes.ts'
import { isTombstone } from '../../../service/task-api/task-document.ts'

const facts = (n: number) => ({ at: `2026-01-01T00:00:0${n}.000Z`, writeId: `write-${n}`, correlationId: `cause-${n}` })
const first = created('id', { title: 'Buy milk', description: null, priority: 2, user_id: 'ann', due_date: null }, facts(1))

test('a new task is pending, at version 1, with its event waiting', () => {
  expect(first).toEqual({
    schema: 1,
    version: 1,
    write_id: 'write-1',
    earlier_writes: [],
    jobs: [],
    task: { id: 'id', title: 'Buy milk', description: null, priority: 2, user_id: 'ann', due_date: null, status: 'pending', created_at: facts(1).at, updated_at: facts(1).at },
    pending: [
      {
        event_type: 'task.created', event_id: 'id-1', task_id: 'id', title: 'Buy milk', status: 'pending', timestamp: facts(1).at, correlation_id: 'cause-1', sequence: 1,
        user_id: 'ann', due_date: null, priority: 2, created_at: facts(1).at,
      },
    ],
  })
})

test.each(['pending', 'in_progress', 'completed'] as const)('the status %s is a new version with an event of that name', (status) => {
  const next = withStatus(settled(first), status, facts(2))
  expect(next).toMatchObject({ version: 2, write_id: 'write-2', task: { status, created_at: facts(1).at, updated_at: facts(2).at } })
  expect(next.pending).toEqual([expect.objectContaining({ event_type: `task.${status}`, event_id: 'id-2', status, sequence: 2 })])
})

test('other content is a new version with its event, and leaves owner, status and creation as they are', () => {
  const content = { title: 'Buy bread', description: 'rye', priority: 5, due_date: '2026-02-01T12:00:00+01:00' }
  const next = withContent(withStatus(first, 'in_progress', facts(2)), content, facts(3))
  expect(next.task).toEqual({ id: 'id', user_id: 'ann', status: 'in_progress', created_at: facts(1).at, updated_at: facts(3).at, ...content })
  expect(next.pending.at(-1)).toMatchObject({ event_type: 'task.updated', event_id: 'id-3', title: 'Buy bread', status: 'in_progress', due_date: content.due_date, sequence: 3 })
})

test('events that still wait stay before the new one', () => {
  const third = removed(withStatus(first, 'completed', facts(2)), facts(3))
  expect(third.pending.map(({ event_id: id }) => id)).toEqual(['id-1', 'id-2', 'id-3'])
})

test('a tombstone holds nothing of the task but its owner once its events are published', () => {
  const tombstone = settled(removed(first, facts(2)))
  expect(tombstone).toEqual({ schema: 1, version: 2, write_id: 'write-2', earlier_writes: ['write-1'], deleted_at: facts(2).at, pending: [], jobs: [], user_id: 'ann' })
  expect(isTombstone(tombstone)).toBe(true)
})

test('every event has the shape that the topic declares', () => {
  const { pending } = removed(withContent(withStatus(first, 'in_progress', facts(2)), { title: 'x', description: null, priority: 1, due_date: null }, facts(3)), facts(4))
  for (const event of pending) expect(taskEvents[event.event_type].parse(event)).toEqual(event)
})

test('stored documents read back, with fields that a later version added', () => {
  const later = { ...first, added: 1, task: { ...first.task, colour: 'red' } }
  expect(TaskDocument.parse(JSON.parse(JSON.stringify(later)))).toEqual(later)
  const tombstone = removed(first, facts(2))
  expect(TaskDocument.parse(tombstone)).toEqual(tombstone)
})

test('tasks and events of before have no owner and no due date', () => {
  const { user_id: _owner, due_date: _due, ...task } = first.task
  const { user_id: _user, due_date: _date, priority: _priority, created_at: _created, ...event } = first.pending[0] ?? {}
  const read = TaskDocument.parse({ ...first, task, pending: [event] })
  expect(read).toMatchObject({ task: { user_id: null, due_date: null }, pending: [{ event_id: 'id-1', user_id: null, due_date: null }] })
})

test('a document remembers which jobs its task has had, unless an earlier version wrote it', () => {
  const due = withContent(first, { title: 'x', description: null, priority: 1, due_date: '2026-02-01T12:00:00Z' }, facts(2))
  const reopened = withStatus(withStatus(first, 'completed', facts(2)), 'pending', facts(3))
  const { jobs: _, ...old } = first
  expect([first, due, reopened, removed(reopened, facts(4)), withStatus(old, 'completed', facts(2))].map(({ jobs }) => jobs)).toEqual([[], ['reminder'], ['cleanup'], ['cleanup'], undefined])
})
