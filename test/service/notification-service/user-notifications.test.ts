import { expect, test } from '@jest/globals'

import type { Notification, NotificationsPage } from '../../../config/tasks/index.ts'
import { ComponentFailed, SidecarUnavailable } from '../../../service/dapr/index.ts'
import { violationPaths } from '../support/answers.ts'
import { notificationService } from '../support/apps.ts'

const welcome = { type: 'welcome', event_id: 'ann-1', user_id: 'ann', message: 'Welcome, Ann' }
const away = (): never => { throw new SidecarUnavailable('memory', 'timeout') }

const setUp = () => {
  const { app, sidecar } = notificationService()
  sidecar.secret = async () => ({ key: 'secret' })
  const invoke = (method: 'send' | 'notify', payload: object) => app.inject({ method: 'POST', url: `/${method}`, payload })
  const list = async (query = '') => (await app.inject(`/users/ann/notifications${query}`)).json<NotificationsPage>()
  return { app, sidecar, invoke, list }
}

test('what is sent to a user is stored, mailed and on the user\'s list, once', async () => {
  const { app, invoke, list } = setUp()
  const first = await invoke('send', welcome)
  const second = await invoke('send', { ...welcome, message: 'again' })
  expect([first.statusCode, first.json()]).toEqual([200, { ...welcome, notified_at: expect.stringMatching(/Z$/), delivery: 'sent' }])
  expect(second.json()).toEqual(first.json())
  expect((await app.inject('/notifications/ann-1')).json()).toEqual(first.json())
  expect(await list()).toEqual({ notifications: [first.json()], next_cursor: null })
})

test('a completed task of an owner is on the owner\'s list', async () => {
  const { invoke, list } = setUp()
  await invoke('notify', { type: 'task_completed', event_id: 't-2', task_id: 't', message: 'Task t has been completed', user_id: 'ann' })
  expect((await list()).notifications).toMatchObject([{ type: 'task_completed', task_id: 't', user_id: 'ann' }])
})

test('without a key for the mail the notification is there all the same, and says that nothing was mailed', async () => {
  const { sidecar, invoke, list } = setUp()
  sidecar.secret = async () => { throw new ComponentFailed('secret store', 'not found') }
  expect((await invoke('send', welcome)).json<Notification>().delivery).toBe('skipped')
  expect((await list()).notifications).toHaveLength(1)
})

test('the key is read until it is there, and then no more', async () => {
  const { sidecar, invoke } = setUp()
  let reads = 0
  sidecar.secret = async () => {
    reads += 1
    if (reads === 1) throw new ComponentFailed('secret store', 'not found')
    return { key: 'secret' }
  }
  for (const id of ['1', '2', '3']) await invoke('send', { ...welcome, event_id: id })
  expect(reads).toBe(2)
})

test('a notification that was stored but not listed is listed by the next delivery', async () => {
  const { sidecar, invoke, list } = setUp()
  sidecar.faults.save.push((effect) => { effect() }, away)
  expect((await invoke('send', welcome)).statusCode).toBe(503)
  expect((await invoke('send', welcome)).statusCode).toBe(200)
  expect((await list()).notifications).toHaveLength(1)
})

test('a long list comes in pages, the latest first', async () => {
  const { invoke, list } = setUp()
  const idOf = (id: number) => `${id}`.padStart(200, '€')
  for (let id = 1; id <= 50; id += 1) {
    await invoke('send', { ...welcome, event_id: idOf(id) })
    // Notifications of one millisecond have no order.
    await new Promise((resolve) => { setTimeout(resolve, 2) })
  }
  const first = await list('?limit=30')
  const second = await list(`?limit=30&cursor=${first.next_cursor ?? ''}`)
  expect([...first.notifications, ...second.notifications].map(({ event_id: id }) => id)).toEqual(Array.from({ length: 50 }, (_, index) => idOf(50 - index)))
  expect(second.next_cursor).toBeNull()
})

test('fails what is for nobody, or has no type', async () => {
  const { app, invoke } = setUp()
  expect(violationPaths(await invoke('send', { ...welcome, user_id: undefined, type: 'Big News' }))).toEqual(['/body/type', '/body/user_id'])
  expect((await app.inject('/users/ann/notifications?cursor=%20')).statusCode).toBe(422)
})
