import { describe, expect, test } from '@jest/globals'

import { judge } from './check.ts'
import type { Attempt, Effect, History, RecordedEvent, StoredTask } from './history.ts'
import { countOf, type Violations } from './violations.ts'

const boundMs = 60_000

const attempt = (change: Partial<Attempt> & Pick<Attempt, 'kind' | 'trace'>): Attempt => ({ startedAt: 1000, endedAt: 1010, ...change })
const event = (task: string, sequence: number, type: string, trace: string, change: Partial<RecordedEvent> = {}): RecordedEvent => ({
  id: `${task}-${sequence}`, type, task, sequence, correlation: trace, title: `key-${task}`, at: 1005, ...change,
})
const stored = (id: string, version: number, change: Partial<StoredTask> = {}): StoredTask => ({ id, version, deleted: false, pending: 0, title: `key-${id}`, ...change })
const effect = (task: string, sequence: number, change: Partial<Effect> = {}): Effect => ({ event: `${task}-${sequence}`, shown: true, writes: 1, ...change })

/** Task `a` was created and completed, task `b` created and removed; every request was acknowledged. */
const good: History = {
  attempts: [
    attempt({ kind: 'create', trace: 'a1', key: 'key-a', answer: { code: 201, task: 'a', version: 1 } }),
    attempt({ kind: 'status', trace: 'a2', task: 'a', status: 'completed', ifMatch: 1, answer: { code: 200, task: 'a', version: 2 } }),
    attempt({ kind: 'create', trace: 'b1', key: 'key-b', answer: { code: 201, task: 'b', version: 1 } }),
    attempt({ kind: 'delete', trace: 'b2', task: 'b', answer: { code: 204 } }),
  ],
  events: [event('a', 1, 'task.created', 'a1'), event('a', 2, 'task.completed', 'a2'), event('b', 1, 'task.created', 'b1'), event('b', 2, 'task.deleted', 'b2')],
  tasks: [stored('a', 2), { id: 'b', version: 2, deleted: true, pending: 0 }],
  effects: [effect('a', 2)],
  outages: [],
}

const without = <T>(items: readonly T[], index: number): T[] => items.filter((_, position) => position !== index)

const found = (history: Partial<History>): Partial<Violations> =>
  Object.fromEntries(Object.entries(judge({ ...good, ...history }, boundMs).violations).filter(([, list]) => list.length > 0))

test('a run that keeps every promise has no violation', () => {
  const verdict = judge(good, boundMs)
  expect(countOf(verdict.violations)).toBe(0)
  expect(verdict).toMatchObject({ operations: 4, acknowledged: 4, unanswered: 0, codes: { 200: 1, 201: 2, 204: 1 }, repeatedEvents: 0, recovery: { recovered: 0, longestMs: 0 } })
})

test('an event that is delivered again is counted, and wrong in nothing', () => {
  const verdict = judge({ ...good, events: [...good.events, event('a', 1, 'task.created', 'a1', { at: 9000 })] }, boundMs)
  expect([countOf(verdict.violations), verdict.repeatedEvents, verdict.recovery.recovered]).toEqual([0, 1, 0])
})

describe('fails', () => {
  test.each<[string, Partial<History>, keyof Violations, string]>([
    ['a change without its event', { events: without(good.events, 2) }, 'lost', 'change 1 of task b, which is at version 2, has no event b-1'],
    ['a tombstone without task.deleted', { events: without(good.events, 3) }, 'lost', 'change 2 of task b, which is at version 2, has no event b-2'],
    ['a change with the event of another kind', { events: [...without(good.events, 3), event('b', 2, 'task.pending', 'b2')] }, 'lost', 'change 2 of task b has the event task.pending, not task.deleted'],
    ['a task that no event tells of and nobody was promised', { tasks: [...good.tasks, stored('c', 1)] }, 'lost', 'change 1 of task c, which is at version 1, has no event c-1'],
    ['an event above the version of its task', { events: [...good.events, event('a', 3, 'task.pending', 'a2')] }, 'phantom', 'event a-3 (task.pending): its task is at version 2 only'],
    ['an event of a task that is not stored', { events: [...good.events, event('c', 1, 'task.created', 'a1')] }, 'phantom', 'event c-1 (task.created): its task was never stored'],
    ['an event that no request asked for', { events: [event('a', 1, 'task.created', 'x'), ...without(good.events, 0)] }, 'phantom', 'event a-1 (task.created): no request had its correlation id x'],
    ['two events under one id', { events: [...good.events, event('a', 2, 'task.completed', 'a1')] }, 'phantom', 'event a-2 (task.completed): two events have its id: ["task.completed","a",2,"a1"] and ["task.completed","a",2,"a2"]'],
    ['an acknowledged create that is not in the state', { attempts: [...good.attempts, attempt({ kind: 'create', trace: 'c1', key: 'key-c', answer: { code: 201, task: 'c', version: 1 } })] }, 'unkept', 'create of task c (trace c1, answered 201): there is no such task'],
    ['an acknowledged change that is another request\'s', { attempts: [...good.attempts, attempt({ kind: 'status', trace: 'a3', task: 'a', status: 'completed', answer: { code: 200, task: 'a', version: 2 } })] }, 'unkept', 'status of task a (trace a3, answered 200): version 2 is another request\'s change'],
    ['an acknowledged version that is not there', { attempts: [...good.attempts, attempt({ kind: 'status', trace: 'a3', task: 'a', status: 'pending', answer: { code: 200, task: 'a', version: 3 } })] }, 'unkept', 'status of task a (trace a3, answered 200): it is at version 2, version 3 was promised'],
    ['a removed task that lives', { attempts: [...good.attempts, attempt({ kind: 'delete', trace: 'a3', task: 'a', answer: { code: 204 } })] }, 'unkept', 'delete of task a (trace a3, answered 204): it lives'],
    ['a task that is gone though nobody removed it', { attempts: [...good.attempts, attempt({ kind: 'status', trace: 'a3', task: 'a', answer: { code: 404 } })] }, 'unkept', 'status of task a was answered 404, and nobody had deleted it'],
    ['a key that made two tasks, one of them unseen', { tasks: [...good.tasks, stored('c', 1, { title: 'key-a' })], events: [...good.events, event('c', 1, 'task.created', 'a1', { title: 'key-a' })] }, 'doubleTasks', 'key key-a made the tasks a, c'],
    ['an event without its effect', { effects: [] }, 'missingEffects', 'event a-2 has no notification'],
    ['an effect that was written twice', { effects: [effect('a', 2, { writes: 2 })] }, 'duplicateEffects', 'the notification of event a-2 was written 2 times'],
    ['an effect without an event', { effects: [effect('a', 2), effect('c', 2)] }, 'phantomEffects', 'there is a notification for event c-2, which was never published'],
    ['what is still pending', { tasks: [stored('a', 2, { pending: 1 }), ...without(good.tasks, 0)] }, 'pending', 'task a has 1 pending event(s)'],
    ['an event that came too late', { events: [...without(good.events, 1), event('a', 2, 'task.completed', 'a2', { at: 80_000 })] }, 'late', 'event a-2 came 79.0 s after its request, with store and broker at work'],
  ])('%s', (_case, change, kind, text) => {
    expect(found(change)).toEqual({ [kind]: [text] })
  })
})

test('an event that comes after its request is recovered, and the time of an outage does not count for the bound', () => {
  const events = [...without(good.events, 1), event('a', 2, 'task.completed', 'a2', { at: 80_000 })]
  const { recovery, violations } = judge({ ...good, events, outages: [{ from: 60_000, to: 70_000 }, { from: 2000, to: 61_000 }] }, boundMs)
  expect(recovery).toEqual({ recovered: 1, longestMs: 78_990, longestUndisturbedMs: 10_990, late: [] })
  expect(countOf(violations)).toBe(0)
})
