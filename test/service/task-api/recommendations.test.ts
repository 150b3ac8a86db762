import { expect, test } from '@jest/globals'

import type { UserRecommendations } from '../../../config/tasks/index.ts'
import { CalleeUnavailable, SidecarUnavailable } from '../../../service/dapr/index.ts'
import { taskApi } from '../support/apps.ts'

const setUp = async () => {
  const { app, sidecar } = taskApi()
  for (const title of ['one', 'two', 'three']) {
    await app.inject({ method: 'POST', url: '/tasks', payload: { title, user_id: 'ann', due_date: '2026-12-01T09:00:00Z' } })
    const payload = JSON.stringify(sidecar.published.at(-1))
    await app.inject({ method: 'POST', url: '/events/task-events', headers: { 'content-type': 'application/cloudevents+json' }, payload })
    // Creation times differ.
    await new Promise((resolve) => { setTimeout(resolve, 2) })
  }
  const ids = sidecar.published.map(({ subject }) => subject)
  const recommended = async (query = '') => {
    const answer = await app.inject(`/users/ann/recommendations${query}`)
    return { status: answer.statusCode, body: answer.json<UserRecommendations>() }
  }
  return { app, sidecar, ids, recommended }
}

test('the tasks come in the order of the ranking, as they are listed', async () => {
  const { sidecar, ids, recommended } = await setUp()
  sidecar.answer = { task_ids: [ids[1], ids[0], 'removed since'] }
  const { status, body } = await recommended('?limit=3')
  expect([status, body.degraded, body.tasks.map(({ title }) => title)]).toEqual([200, false, ['two', 'one']])
  expect(sidecar.invoked).toEqual([
    { app: 'ai-service', method: 'get-recommendations', request: { user_id: 'ann', limit: 3, tasks: expect.arrayContaining([expect.objectContaining({ id: ids[0], priority: 1, due_date: '2026-12-01T09:00:00Z' })]) } },
  ])
})

test.each([
  ['away', () => { throw new CalleeUnavailable('method', 500, 'no address') }],
  ['silent', () => { throw new SidecarUnavailable('method', 'timeout') }],
])('while the ranking is %s, the tasks created last come, and the answer says so', async (_what, fault) => {
  const { sidecar, recommended } = await setUp()
  sidecar.faults.invoke.push(fault)
  const { status, body } = await recommended('?limit=2')
  expect([status, body.degraded, body.tasks.map(({ title }) => title)]).toEqual([200, true, ['three', 'two']])
})

test('an answer that is none degrades, too', async () => {
  const { sidecar, recommended } = await setUp()
  sidecar.answer = { best: 1 }
  expect((await recommended()).body).toMatchObject({ user_id: 'ann', degraded: true })
})

test('fails a limit that is none', async () => {
  const { recommended } = await setUp()
  expect([(await recommended('?limit=0')).status, (await recommended('?limit=51')).status, (await recommended('?limt=5')).status]).toEqual([422, 422, 422])
})
