import { describe, expect, test } from '@jest/globals'

import { type Look, logEntry, type Story, Unreachable } from '../../cli/why/index.ts'
import { dueSoonId, notificationKey, taskKey } from '../../config/tasks/index.ts'
import { why } from '../../verify/tasks/index.ts'

const id = '03eaba72-670f-414f-a61c-8e62af6d89b7'
const now = new Date('2026-03-01T12:00:00Z')
const at = (minutes: number): string => new Date(now.getTime() + minutes * 60_000).toISOString()

const fields = { id, title: 'Why', description: null, status: 'pending', priority: 1, user_id: null, due_date: null, created_at: at(-20), updated_at: at(-10) }
const common = { schema: 1, write_id: 'w', earlier_writes: [], pending: [] }
const live = (task: object = {}, version = 2, more: object = {}) => ({ ...common, version, task: { ...fields, ...task }, ...more })
const notification = (eventId: string, change: object = {}) => ({ schema: 1, notification: { type: 'task_completed', event_id: eventId, message: 'm', notified_at: at(-9), ...change } })
const pending = (type: string, version: number) => ({ event_type: type, event_id: `${id}-${version}`, task_id: id, title: 'Why', status: 'completed', timestamp: at(-10), correlation_id: 'c', sequence: version })
const said = (msg: string, more: object = {}) => logEntry({ app: 'task-api', container: 'task-api', time: at(-5), text: JSON.stringify({ level: 'info', msg, ...more }) })

interface Known {
  readonly document?: unknown
  readonly kept?: Readonly<Record<string, unknown>>
  readonly entries?: Look['entries']
  /** An error is thrown. */
  readonly job?: unknown
  readonly away?: boolean
}

const storyOf = async ({ document, kept = {}, entries = [], job, away = false }: Known): Promise<Story | undefined> => {
  const all: Readonly<Record<string, unknown>> = { [taskKey(id)]: document, ...kept }
  const stored: Look['stored'] = async (app, _store, key) => {
    if (away && app === 'notification-service') throw new Unreachable('no pod')
    return all[key]
  }
  return why.kinds['task']?.story(id, { entries, now, stored, job: () => (job instanceof Error ? Promise.reject(job) : Promise.resolve(job)) })
}

describe('the story of a task', () => {
  test('has an event for each version, the first created, the others as logs and the document say', async () => {
    const story = await storyOf({ document: live({ status: 'completed' }, 3, { pending: [pending('task.completed', 3)] }), entries: [said('Received event', { event_id: `${id}-2`, event_type: 'task.updated' })] })
    expect(story?.events).toMatchObject([
      { id: `${id}-1`, type: 'task.created', time: at(-20), pending: false, effects: [] },
      { id: `${id}-2`, type: 'task.updated', time: at(-5), pending: false, effects: [] },
      { id: `${id}-3`, type: 'task.completed', time: at(-10), pending: true, effects: [{ app: 'task-api', invokes: { callee: 'notification-service', method: 'notify' } }] },
    ])
    expect(story?.steps).toContainEqual({ source: 'task-api statestore', text: `not known to be published: task.completed (${id}-3)`, state: 'waiting' })
  })

  test('takes the last change of which nothing is known for the one that completed it', async () => {
    const story = await storyOf({ document: live({ status: 'completed' }, 3) })
    expect(story?.events.map(({ type }) => type)).toEqual(['task.created', undefined, 'task.completed'])
  })

  test('takes the change that was notified for the one that completed it', async () => {
    const story = await storyOf({ document: live({ status: 'completed' }, 3), kept: { [notificationKey(`${id}-2`)]: notification(`${id}-2`) } })
    expect(story?.events.map(({ type }) => type)).toEqual(['task.created', 'task.completed', undefined])
  })

  test('follows the last 20 changes', async () => {
    expect((await storyOf({ document: live({}, 50) }))?.events.map(({ sequence }) => sequence).slice(0, 2)).toEqual([31, 32])
  })

  test('does not say that a notification is missing that it could not look for', async () => {
    expect((await storyOf({ document: live({ status: 'completed' }), away: true }))?.events[1]?.effects).toMatchObject([{ unknown: 'no pod' }])
  })

  test('ends in who was mailed, and in why nobody was', async () => {
    const outcome = async (change: object) => (await storyOf({ document: live({ status: 'completed' }), kept: { [notificationKey(`${id}-2`)]: notification(`${id}-2`, change) } }))?.outcome
    expect(await outcome({})).toEqual([`task_completed was notified at ${at(-9)}; the task belongs to nobody, so nobody is mailed`])
    expect(await outcome({ user_id: 'ann', delivery: 'sent' })).toEqual([`task_completed was notified at ${at(-9)}; mailed to user ann`])
    expect(await outcome({ user_id: 'ann', delivery: 'skipped' })).toEqual([expect.stringContaining('user ann is not mailed: there is no key for the mail channel, the Secret mail-api-key')])
  })

  test('ends in that no notification is due', async () => {
    expect(await storyOf({ document: live({ status: 'in_progress' }) })).toMatchObject({ outcome: ['no notification is due: the task is in_progress, and has no due date'] })
  })

  test('of a removed task ends in that', async () => {
    const story = await storyOf({ document: { ...common, version: 3, deleted_at: at(-1) } })
    expect(story).toMatchObject({ outcome: [`the task was removed at ${at(-1)}: nothing is notified of it any more`] })
    expect(story?.events.map(({ type }) => type)).toEqual(['task.created', undefined, 'task.deleted'])
  })

  test('there is none of a task that never was, also where a fence stands', async () => {
    expect(await storyOf({})).toBeUndefined()
    expect(await storyOf({ document: { ...common, version: 1, deleted_at: at(-1), fence: true } })).toBeUndefined()
  })

  test('fails for a document that nobody can read, with the reason', async () => {
    await expect(storyOf({ document: { schema: 2 } })).rejects.toThrow(`what is stored under task-${id} is no task that this version of the config can read`)
  })
})

describe('the reminder of a task', () => {
  const due = (minutes: number) => live({ due_date: at(minutes) }, 1)

  test('waits in the scheduler until half an hour before the task is due', async () => {
    expect(await storyOf({ document: due(60), job: {} })).toMatchObject({ outcome: [`no notification is due before ${at(30)}, half an hour before the task is`] })
  })

  test('is missing when the scheduler still has its job long after its time', async () => {
    expect(await storyOf({ document: due(25), job: {} })).toMatchObject({ missing: { step: `job reminder-${id} is done`, because: expect.stringMatching(/^the scheduler still has it, 300 s after its time/) } })
  })

  test('is missing when nothing knows of it', async () => {
    expect(await storyOf({ document: due(25) })).toMatchObject({ missing: { step: `the reminder at ${at(-5)}`, because: expect.stringContaining(`the scheduler has no reminder-${id}`) } })
  })

  test('is missing when the scheduler cannot be asked, with the reason', async () => {
    expect(await storyOf({ document: due(25), job: new Unreachable('no scheduler') })).toMatchObject({ missing: { step: `the scheduler says whether job reminder-${id} waits`, because: 'no scheduler' } })
  })

  test('is an event to be followed once a log tells of it', async () => {
    const event = dueSoonId(id, at(25))
    const story = await storyOf({ document: due(25), entries: [said('Told that a task is due soon', { event_id: event })] })
    expect(story?.events.at(-1)).toMatchObject({ id: event, topic: 'task-due-soon', publisher: 'task-api', time: at(-5), effects: [{ app: 'notification-service' }] })
    expect(story?.missing).toBeUndefined()
  })

  test('was given when its notification is stored', async () => {
    const event = dueSoonId(id, at(25))
    const story = await storyOf({ document: due(25), kept: { [notificationKey(event)]: notification(event, { type: 'task_due_soon' }) } })
    expect(story?.outcome).toEqual([expect.stringContaining('task_due_soon was notified at ')])
  })

  test('is not missing when the owner wants none', async () => {
    expect(await storyOf({ document: due(25), entries: [said('The owner wants no reminders')] })).toMatchObject({ outcome: ['no notification of the due date: The owner wants no reminders'] })
  })

  test('is not missing for a task that was due before its last change', async () => {
    expect((await storyOf({ document: due(-15) }))?.outcome).toEqual([expect.stringContaining('nothing reminds of a task that was due')])
  })

  test('is not due for a completed task', async () => {
    expect((await storyOf({ document: live({ status: 'completed', due_date: at(60) }) }))?.missing).toBeUndefined()
  })
})
