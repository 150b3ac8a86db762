import { expect, test } from '@jest/globals'

import { type Task, type User, stack, timetable } from '../../../config/tasks/index.ts'
import { bind } from '../../../service/dapr/index.ts'
import { cleanUp } from '../../../service/task-api/cleanup-job.ts'
import { taskStore } from '../../../service/task-api/dapr-adapter.ts'
import { TaskStale } from '../../../service/task-api/task-errors.ts'
import type { TaskUseCases } from '../../../service/task-api/use-cases.ts'
import { recordingLog } from '../dapr/subscription-double.ts'
import { taskApi } from '../support/apps.ts'

const soon = (ms = timetable.reminderLeadMs / 2): string => new Date(Date.now() + ms).toISOString()

/** A task API, with the calls that its sidecar makes. */
const setUp = async (fields: object = {}) => {
  const { app, sidecar } = taskApi()
  const id = (await app.inject({ method: 'POST', url: '/tasks', payload: { title: 'x', ...fields } })).json<Task>().id
  sidecar.answer = { type: 'task_completed', event_id: 'e', message: 'm', notified_at: '2026-01-01T00:00:00Z' }
  /** Delivers the events that were published since. */
  const deliver = async () => {
    for (const event of sidecar.published.splice(0).filter(({ type }) => type !== 'task.due-soon')) {
      const answer = await app.inject({ method: 'POST', url: '/events/task-events', headers: { 'content-type': 'application/cloudevents+json' }, payload: JSON.stringify(event) })
      expect(answer.json()).toEqual({ status: 'SUCCESS' })
    }
  }
  const fire = (kind: string, job = sidecar.jobs.get(`${kind}-${id}`)) => app.inject({ method: 'POST', url: `/job/${kind}-${id}`, payload: job?.data as object }) // what was scheduled is an object
  const setStatus = (status: string) => app.inject({ method: 'PUT', url: `/tasks/${id}/status?status=${status}` })
  await deliver()
  return { app, sidecar, id, deliver, fire, setStatus, jobs: bind(stack, 'task-api', sidecar).jobs }
}

test('a reminder publishes that its task is due soon; called twice, it does so under the same id', async () => {
  const due_date = soon()
  const { sidecar, id, fire } = await setUp({ due_date, user_id: 'ann' })
  expect([(await fire('reminder')).statusCode, (await fire('reminder')).statusCode]).toEqual([204, 204])
  const eventId = `${id}-due-${Date.parse(due_date)}`
  expect(sidecar.published.map((event) => event.id)).toEqual([eventId, eventId])
  expect(sidecar.published[0]).toMatchObject({ type: 'task.due-soon', subject: id, data: { event_id: eventId, task_id: id, user_id: 'ann', title: 'x', due_date } })
})

test('a reminder of a task that was completed, or removed, since publishes nothing', async () => {
  const { app, sidecar, id, fire, setStatus } = await setUp({ due_date: soon() })
  const job = sidecar.jobs.get(`reminder-${id}`)
  await setStatus('completed')
  expect((await fire('reminder', job)).statusCode).toBe(204)
  await app.inject({ method: 'DELETE', url: `/tasks/${id}` })
  expect((await fire('reminder', job)).statusCode).toBe(204)
  expect(sidecar.published.map(({ type }) => type)).not.toContain('task.due-soon')
})

test('a reminder for another due date, or for one that has passed, publishes nothing', async () => {
  const { sidecar, jobs, id, fire } = await setUp({ due_date: soon(-1000) })
  for (const due_date of [soon(), soon(-1000)]) {
    await jobs.schedule('reminder', id, { at: new Date(), data: { due_date } })
    expect((await fire('reminder')).statusCode).toBe(204)
  }
  expect(sidecar.published).toEqual([])
})

test('a reminder to an owner who wants none publishes nothing', async () => {
  const { app, sidecar, deliver } = await setUp()
  const user = (await app.inject({ method: 'POST', url: '/users', payload: { name: 'Ann', time_zone: 'UTC' } })).json<User>().id
  const task = (await app.inject({ method: 'POST', url: '/tasks', payload: { title: 'x', user_id: user, due_date: soon() } })).json<Task>().id
  sidecar.published.splice(0, 1) // the registration's event has another route
  await deliver()
  const remind = () => app.inject({ method: 'POST', url: `/job/reminder-${task}`, payload: sidecar.jobs.get(`reminder-${task}`)?.data as object }) // what was scheduled is an object
  for (const reminder of [false, true]) {
    await app.inject({ method: 'PUT', url: `/users/${user}/preferences`, payload: { time_zone: 'UTC', digest: false, reminder } })
    expect((await remind()).statusCode).toBe(204)
    expect(sidecar.published.map(({ type }) => type)).toEqual(reminder ? ['task.due-soon'] : [])
  }
})

test.each(['get', 'publish'] as const)('fails with 500 when its %s fails, and does it when it is called again', async (call) => {
  const { sidecar, fire } = await setUp({ due_date: soon() })
  sidecar.faults[call].push(() => { throw new Error('away') })
  expect((await fire('reminder')).statusCode).toBe(500)
  expect((await fire('reminder')).statusCode).toBe(204)
  expect(sidecar.published).toHaveLength(1)
})

test('a clean-up removes a task that stayed completed, with its event; called twice, it does so once', async () => {
  const { app, sidecar, id, deliver, fire, setStatus } = await setUp()
  await setStatus('completed')
  await deliver()
  const job = sidecar.jobs.get(`cleanup-${id}`)
  expect([(await fire('cleanup', job)).statusCode, (await fire('cleanup', job)).statusCode]).toEqual([204, 204])
  expect((await app.inject(`/tasks/${id}`)).statusCode).toBe(404)
  expect(sidecar.published.map(({ type, id: event }) => [type, event])).toEqual([['task.deleted', `${id}-3`]])
  await deliver()
  expect(sidecar.jobs.size).toBe(0)
})

test('a clean-up leaves a task that was reopened, and one that was completed anew', async () => {
  const { app, sidecar, id, deliver, fire, setStatus } = await setUp()
  await setStatus('completed')
  await deliver()
  const job = sidecar.jobs.get(`cleanup-${id}`)
  for (const status of ['pending', 'completed']) {
    await setStatus(status)
    expect((await fire('cleanup', job)).statusCode).toBe(204)
    expect((await app.inject(`/tasks/${id}`)).statusCode).toBe(200)
  }
})

test('a clean-up leaves a task that another changes at that moment', async () => {
  const { sidecar, id, setStatus } = await setUp()
  await setStatus('completed')
  const versions: boolean[] = []
  const remove: TaskUseCases['remove'] = async (_caller, _id, expected) => {
    versions.push(expected(2), expected(3))
    throw new TaskStale(id, 3)
  }
  const { log } = recordingLog()
  await cleanUp({ store: taskStore(bind(stack, 'task-api', sidecar)), tasks: { remove } })({ version: 2 }, { id, correlationId: 'c', log })
  expect(versions).toEqual([true, false])
})

test('fails a clean-up whose event cannot be published, and completes it when it is called again', async () => {
  const { sidecar, deliver, fire, setStatus } = await setUp()
  await setStatus('completed')
  await deliver()
  sidecar.faults.publish.push(() => { throw new Error('away') })
  expect((await fire('cleanup')).statusCode).toBe(500)
  expect((await fire('cleanup')).statusCode).toBe(204)
})

test('a digest for a user that there is not takes itself away', async () => {
  const { sidecar, jobs, app } = await setUp()
  await jobs.schedule('digest', 'ann', { cron: '0 0 9 * * *', timeZone: 'UTC', data: { time_zone: 'UTC' } })
  const payload = sidecar.jobs.get('digest-ann')?.data as object // what was scheduled is an object
  expect((await app.inject({ method: 'POST', url: '/job/digest-ann', payload })).statusCode).toBe(204)
  expect([sidecar.jobs.size, sidecar.invoked]).toEqual([0, []])
})
