import { randomUUID } from 'node:crypto'

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'

import { eventually } from '../../cli/eventually.ts'
import { askApp, type BrokenWhileRunning, type Deployed, scopedTo, untilReady, whileBroken } from '../../cli/verify/index.ts'
import type { Explanation } from '../../cli/why/index.ts'
import { verification } from '../../verify/tasks/index.ts'
import { untilDelivering, untilSidecars } from '../../verify/tasks/control-waits.ts'
import { taskClient } from '../../verify/tasks/task-client.ts'
import { scaled } from './backlog.ts'
import { deploy, type Deployment } from './deployment.ts'
import { createRemindedIn } from './jobs.ts'
import { eventsOf, resultOf, runIn } from './stack-program.ts'
import { inspect, replicas, target } from './target.ts'

/** How a control breaks the stack while it runs. */
const breakage = (broken: string): BrokenWhileRunning => {
  const found = (verification.controls ?? []).find((control) => control.broken === broken)?.breakage
  if (found?.when !== 'running') throw new Error(`no control breaks it so that ${broken}`)
  return found
}

/** Each case waits longer than `why` holds a change for one that is under way. */
const settled = { seconds: 60, everySeconds: 3 }

describe('stack why, of a task in a cluster', () => {
  let deployment: Deployment
  let deployed: Deployed
  const client = () => taskClient(deployed)

  beforeAll(async () => {
    deployment = await deploy(target(), { environment: 'dev' })
    deployed = inspect(deployment.cluster)
    await untilReady(deployment.cluster, replicas)
    await untilDelivering(deployed)
  }, 240_000)
  afterAll(async () => {
    await deployed.access.close()
    await deployment.remove()
  }, 180_000)

  const why = async (id: string, ...flags: string[]) => runIn('.', deployment.cluster.namespace)(['why', `task/${id}`, ...flags])
  const explained = async (id: string): Promise<{ readonly exitCode: number | undefined; readonly explanation: Explanation }> => {
    const { stdout, stderr, exitCode } = await why(id, '--json')
    const [explanation] = resultOf(eventsOf(stdout), 'why')
    if (explanation === undefined) throw new Error(stderr)
    return { exitCode, explanation: explanation as Explanation } // the verb prints nothing else under this name
  }
  /** Explains until the first missing step is the expected one. */
  const missing = (id: string, expected: object) =>
    eventually(async () => { expect(await explained(id)).toMatchObject({ exitCode: 5, explanation: { missing: expected } }) }, settled)

  it('is complete when its notification is stored, with each step of the way by time', async () => {
    const { task } = await client().create('Test why')
    const { eventId } = await client().setStatus(task.id, 'completed')
    const { stdout } = await eventually(async () => {
      const run = await why(task.id)
      expect(run).toMatchObject({ exitCode: 0, stdout: expect.stringMatching(/complete: task_completed was notified at \S+; the task belongs to nobody, so nobody is mailed$/) })
      return run
    }, settled)
    const steps = stdout.split('\n').map((line) => line.trim())
    const at = (pattern: RegExp): number => steps.findIndex((line) => pattern.test(line))
    const way = [/✓ created as version 1$/, /Received event \(task\.created /, /✓ version 2 is stored: completed/, new RegExp(`notification of ${eventId} is stored`), new RegExp(`task\\.completed \\(${eventId}\\) was handled`)].map(at)
    expect(way).toEqual([...way].sort((a, b) => a - b))
    expect(way).not.toContain(-1)
  }, 90_000)

  it('is complete without a notification when none is due, and when the task was removed', async () => {
    const { task } = await client().create('Test why')
    await eventually(async () => { expect(await explained(task.id)).toMatchObject({ exitCode: 0, explanation: { outcome: ['no notification is due: the task is pending, and has no due date'] } }) }, settled)
    await client().remove(task.id)
    await eventually(async () => { expect(await explained(task.id)).toMatchObject({ exitCode: 0, explanation: { outcome: [expect.stringContaining('the task was removed at ')] } }) }, settled)
  }, 120_000)

  it('says that a reminder waits', async () => {
    const { id } = await createRemindedIn(deployed, 3_600_000)
    await eventually(async () => { expect(await explained(id)).toMatchObject({ exitCode: 0, explanation: { outcome: [expect.stringMatching(/^no notification is due before /)] } }) }, settled)
  }, 60_000)

  it('fails with 5 and what was searched for an id that there is not', async () => {
    expect(await why(randomUUID())).toMatchObject({ exitCode: 5, stderr: expect.stringMatching(/^stack why: nothing is known of task\/\S+ in namespace \S+: task-\S+ in statestore of task-api: there is none, .*; none of \d+ log lines has it; /) })
  }, 30_000)

  it('names access control, the failed deliveries and in the end the dead letter when the notification is refused', async () => {
    const id = await whileBroken({ deployed, objects: deployment.objects }, breakage('access control refuses notify'), async () => {
      const { task } = await client().create('Test why')
      await client().setStatus(task.id, 'completed')
      const because = /the access control in Configuration notification-service has deny for notify called by task-api where allow is declared \(it .*PermissionDenied|circuit breaker/
      await missing(task.id, { step: `task-api handles task.completed (${task.id}-2)`, because: expect.stringMatching(because) })
      await missing(task.id, { because: expect.stringContaining('it became a dead letter after '), fix: expect.stringContaining(`then \`npm run dlq -- replay ${task.id}-2 --app task-api --namespace `) })
      return task.id
    })
    const { explanation } = await explained(id)
    expect(explanation.missing?.because).toMatch(/^it became a dead letter after \d+ failed deliveries: /)
  }, 420_000)

  it('names the Subscription that is missing when an event was published and not delivered', async () => {
    const id = await whileBroken({ deployed, objects: deployment.objects }, breakage('the subscription is removed'), async () => {
      const { task } = await client().create('Test why')
      await missing(task.id, { step: `task-events delivers task.created (${task.id}-1) to task-api`, because: expect.stringContaining('Subscription task-subscription is not in the cluster') })
      return task.id
    })
    // It waited at the broker.
    await eventually(async () => { expect((await explained(id)).exitCode).toBe(0) }, { seconds: 90, everySeconds: 3 })
  }, 300_000)

  it('names the component when an event still stands in the document', async () => {
    const pubsub = untilSidecars((text) => !text.includes('"name":"pubsub"'))
    const { task } = await client().create('Test why')
    await eventually(async () => { expect((await explained(task.id)).exitCode).toBe(0) }, settled)
    await whileBroken({ deployed, objects: deployment.objects }, { when: 'running', kind: 'Component', name: 'pubsub', change: scopedTo('nobody'), untilBroken: pubsub, untilWhole: untilDelivering }, async () => {
      const { status } = await askApp(deployed, 'task-api', `/tasks/${task.id}/status?status=completed`, { method: 'PUT' })
      expect(status).toBe(503)
      await missing(task.id, { step: `task-api publishes task.completed (${task.id}-2) on task-events`, because: expect.stringMatching(/^the event still stands in the document: Component pubsub is scoped to nobody, and so not to notification-service, task-api/) })
    })
  }, 300_000)

  it('names the consumer that does not run', async () => {
    await scaled(deployment.cluster, 'notification-service', 0)
    try {
      const { id, due } = await createRemindedIn(deployed, 1000)
      await missing(id, { step: `task-due-soon delivers task.due-soon (${id}-due-${due.getTime()}) to notification-service`, because: expect.stringContaining('no pod of notification-service runs') })
    } finally {
      await scaled(deployment.cluster, 'notification-service', replicas['notification-service'] ?? 1)
    }
  }, 120_000)
})
