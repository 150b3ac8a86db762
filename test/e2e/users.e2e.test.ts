import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'

import { eventually } from '../../cli/eventually.ts'
import { NotificationsPage, User, UserRecommendations, UserTasksPage } from '../../config/tasks/index.ts'
import { askApp, type Deployed } from '../../cli/verify/index.ts'
import { deploy, type Deployment, untilReady } from './deployment.ts'
import { inspect, replicas, target } from './target.ts'

const patience = { seconds: 30 }

describe('users on a real cluster, environment dev', () => {
  let deployment: Deployment
  let subject: Deployed
  let user: User

  beforeAll(async () => {
    deployment = await deploy(target(), { environment: 'dev' })
    subject = inspect(deployment.cluster)
    await untilReady(deployment.cluster, replicas)
  }, 180_000)

  afterAll(async () => {
    await subject.access.close()
    await deployment.remove()
  }, 180_000)

  const post = async (path: string, body: object): Promise<unknown> => {
    const answer = await askApp(subject, 'task-api', path, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) })
    expect(`${answer.status} ${answer.text}`).toMatch(/^201 /)
    return answer.json()
  }
  const get = async (app: string, path: string): Promise<unknown> => {
    const answer = await askApp(subject, app, path)
    expect(`${answer.status} ${answer.text}`).toMatch(/^200 /)
    return answer.json()
  }

  it('welcomes who registers, and says that nothing was mailed where there is no key for the mail', async () => {
    user = User.parse(await post('/users', { name: 'Ann', time_zone: 'Europe/Berlin' }))
    const list = async () => NotificationsPage.parse(await get('notification-service', `/users/${user.id}/notifications`)).notifications
    await eventually(async () => { expect(await list()).toMatchObject([{ type: 'welcome', delivery: 'skipped' }]) }, patience)
    expect(await get('task-api', `/users/${user.id}/preferences`)).toEqual({ time_zone: 'Europe/Berlin', digest: true, reminder: true })
  }, 60_000)

  it('lists the tasks of a user, and ranks them by the third app', async () => {
    for (const [title, due] of [['later', '2027-01-01T00:00:00Z'], ['sooner', '2026-12-24T18:00:00+01:00'], ['some day', null]]) await post('/tasks', { title, due_date: due, user_id: user.id })
    const listed = async () => UserTasksPage.parse(await get('task-api', `/users/${user.id}/tasks`)).tasks.map(({ title }) => title)
    await eventually(async () => { expect(await listed()).toEqual(['some day', 'sooner', 'later']) }, patience)
    const { degraded, tasks } = UserRecommendations.parse(await get('task-api', `/users/${user.id}/recommendations`))
    expect([degraded, tasks.map(({ title }) => title)]).toEqual([false, ['sooner', 'later', 'some day']])
  }, 60_000)

  it('shows its API as a page, whose parts are in the image', async () => {
    const page = await askApp(subject, 'task-api', '/docs/')
    const parts = [...page.text.matchAll(/(?:src|href)="\.?\/?(?:docs\/)?(static\/[^"]+)"/g)].map(([, path = '']) => path)
    expect(parts).toEqual(expect.arrayContaining(['static/swagger-ui-bundle.js', 'static/swagger-ui.css']))
    for (const part of parts) expect([part, (await askApp(subject, 'task-api', `/docs/${part}`)).status]).toEqual([part, 200])
  }, 60_000)

  it('answers without a ranking once the third app is gone', async () => {
    await deployment.cluster.objects.remove({ apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'ai-service', namespace: deployment.cluster.namespace } })
    await eventually(async () => {
      expect(UserRecommendations.parse(await get('task-api', `/users/${user.id}/recommendations`))).toMatchObject({ degraded: true, tasks: [{ title: 'some day' }, {}, {}] })
    }, { seconds: 60 })
  }, 90_000)
})
