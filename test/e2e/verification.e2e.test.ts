import { mkdir, writeFile } from 'node:fs/promises'

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { execa } from 'execa'

import { askSidecar, type Deployed, summaryText, type Verification, verify } from '../../cli/verify/index.ts'
import { eventually } from '../../cli/eventually.ts'
import { timetable } from '../../config/tasks/index.ts'
import { publishCanaries, scaled, stoppable } from './backlog.ts'
import { brokers, messagesOn } from './brokers.ts'
import { successCriteria } from '../../verify/tasks/index.ts'
import { createRemindedIn, notificationOf, scheduleByZone, scheduledAt } from './jobs.ts'
import { deploy, type Deployment, untilReady } from './deployment.ts'
import { runIn } from './stack-program.ts'
import { inspect, replicas, target } from './target.ts'

const results = '.results'

describe.each(brokers)('the task stack on a real cluster, environment %s', (environment) => {
  let deployment: Deployment
  let subject: Deployed
  let verification: Verification

  beforeAll(async () => {
    deployment = await deploy(target(), { environment })
    subject = inspect(deployment.cluster)
  }, 120_000)

  afterAll(async () => {
    await subject.access.close()
    await deployment.remove()
  }, 180_000)

  it('has all its pods ready within 120 s of one apply into an empty namespace', async () => {
    await untilReady(deployment.cluster, replicas, 120)
  }, 130_000)

  it('meets SC-1 to SC-5, each with evidence', async () => {
    verification = await verify(successCriteria(subject))
    await mkdir(results, { recursive: true })
    await writeFile(`${results}/verification-${environment}.json`, JSON.stringify(verification, undefined, 2))
    process.stdout.write(`\n${summaryText(verification)}\n\n`)
    expect(verification.criteria.map(({ id, verdict }) => `${id} ${verdict}`)).toEqual(['SC-1 PASS', 'SC-2 PASS', 'SC-3 PASS', 'SC-4 PASS', 'SC-5 PASS'])
  }, 180_000)

  it('judges each line of the seed by something it saw', () => {
    const lines = verification.criteria.map(({ lines: all }) => all.length)
    expect(lines).toEqual([3, 4, 3, 2, 3])
    expect(verification.criteria.flatMap(({ lines: all }) => all).filter(({ evidence }) => evidence.length === 0)).toEqual([])
  })

  it('schedules the reminder of a task for half an hour before it is due', async () => {
    const { id, due } = await createRemindedIn(subject, 60_000)
    expect(new Date(await scheduledAt(subject, 'reminder', id))).toEqual(new Date(due.getTime() - timetable.reminderLeadMs))
  }, 60_000)

  it('notifies of a task that is due soon when its reminder comes, across apps', async () => {
    const { id, due } = await createRemindedIn(subject, 3000)
    const eventId = `${id}-due-${due.getTime()}`
    expect(await notificationOf(subject, eventId)).toMatchObject({ type: 'task_due_soon', event_id: eventId, task_id: id })
  }, 60_000)

  it('takes jobs by the clocks of a time zone, and refuses them for one that there is not', async () => {
    expect((await scheduleByZone(subject, 'Europe/Berlin')).status).toBe(204)
    expect((await scheduleByZone(subject, 'Europe/Nowhere')).text).toContain('unknown time zone')
  }, 60_000)

  it('sends an event that no handler can take to the dead-letter topic, and no other', async () => {
    const poison = { specversion: '1.0', id: 'poison', source: 'test', type: 'task.completed', datacontenttype: 'application/json', data: { task_id: 7 } }
    const init = { method: 'POST', headers: { 'content-type': 'application/cloudevents+json' }, body: JSON.stringify(poison) } as const
    expect((await askSidecar(subject, 'task-api', '/v1.0/publish/pubsub/task-events', init)).status).toBe(204)
    const deadLetters = await eventually(
      async () => {
        const text = await messagesOn(deployment.cluster, environment, 'task-events-dead-letter')
        expect(text).toContain('poison')
        return text
      },
      { seconds: 60 },
    )
    expect(deadLetters).not.toContain('task.created')
  }, 120_000)
  it('lists, shows, replays and drops that dead letter by npm run dlq', async () => {
    const dlq = async (...args: string[]): Promise<string> =>
      (await execa('npm', ['run', '--silent', 'dlq', '--', ...args, '--namespace', deployment.cluster.namespace])).stdout
    const untilListed = (): Promise<void> => eventually(async () => { expect(await dlq('list')).toMatch(/^poison +task-api +task-events +task\.completed/m) }, { seconds: 60 })
    await untilListed()
    expect(await dlq('show', 'poison')).toMatch(/"task_id": 7/)
    // There is still no handler that can take it; a fast broker says so before the replay has ended.
    const replayed = await dlq('replay', 'poison').catch(String)
    expect(replayed).toMatch(/replayed poison of task-api, topic task-events|it was published and could not be handled again/)
    await untilListed()
    expect(await dlq('drop', 'poison')).toBe('dropped poison of task-api, topic task-events')
    expect(await dlq('list')).not.toContain('poison')
  }, 180_000)

  it('is left for another broker only with a word on the events that it has not delivered', async () => {
    const { cluster } = deployment
    const subscription = stoppable()
    const { topic, app } = subscription
    await scaled(cluster, app, 0)
    await publishCanaries(cluster, subscription, 3)
    const other = environment === 'kafka' ? 'dev' : 'kafka'
    const { exitCode, stderr } = await runIn('.', cluster.namespace)(['up', '--yes', '--env', other])
    expect({ exitCode, stderr }).toEqual({ exitCode: 2, stderr: expect.stringContaining(`3 events not delivered yet: 3 of ${topic} for ${app}; give --undelivered wait`) })
  }, 90_000)
})
