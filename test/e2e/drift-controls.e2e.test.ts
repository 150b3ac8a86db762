import { cp, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals'

import type { AnyObject } from '../../cli/kube/index.ts'
import { askApp, askSidecar, type Deployed, logLines, type Verification, verify } from '../../cli/verify/index.ts'
import { eventually } from '../../cli/eventually.ts'
import { objectIn, refusingCalls, renamed, routedTo, scopedTo } from './breakages.ts'
import { messagesOn, twoBrokers } from './brokers.ts'
import { successCriteria } from '../../verify/tasks/index.ts'
import { taskClient } from '../../verify/tasks/task-client.ts'
import { deploy, type Deployment, untilReady } from './deployment.ts'
import { inspect, replicas, target } from './target.ts'
import { causesOf, verdictsOf } from './verdicts.ts'

const failing = (id: string): string[] => {
  const chain = ['SC-1', 'SC-2', 'SC-3', 'SC-4']
  const at = chain.indexOf(id)
  return [...chain.map((other, index) => (index < at ? `${other} PASS` : index === at ? `${other} FAIL` : `${other} blocked by ${id}`)), 'SC-5 PASS']
}

/** What changes in the cluster behind a ready stack's back fails the criterion that it breaks; pods stay ready meanwhile. */
describe.each(twoBrokers)('the verification of a ready stack on %s', (environment) => {
  let deployment: Deployment
  let subject: Deployed

  beforeAll(async () => {
    deployment = await deploy(target(), { environment })
    subject = inspect(deployment.cluster, { patienceSeconds: 15 })
    await untilReady(deployment.cluster, replicas)
  }, 180_000)
  afterAll(async () => {
    await subject.access.close()
    await deployment.remove()
  }, 180_000)

  const restorations: (() => Promise<void>)[] = []
  afterEach(async () => {
    for (const restore of restorations.splice(0).reverse()) await restore()
  }, 180_000)

  const metadata = async (pod: string): Promise<string> => (await askSidecar(subject, 'task-api', '/v1.0/metadata', {}, pod)).text

  /** Waits until every sidecar of task-api says so of what it has loaded. */
  const untilSidecars = async (expectation: (metadata: string) => void): Promise<void> => {
    for (const { name } of await deployment.cluster.pods('task-api')) {
      await eventually(async () => { expectation(await metadata(name)) }, { seconds: 60 })
    }
  }

  /** The sidecars list a subscription whether or not it is active; that an event arrives shows that it is. */
  const untilWhole = async (): Promise<void> => {
    await untilSidecars((text) => {
      expect(text).toContain('"name":"statestore"')
      expect(text).toContain('/events/task-events"')
    })
    const { task } = await taskClient(subject).create('Canary')
    await eventually(async () => { expect(await logLines(subject, 'task-api', 'task-api', `"${task.id}-1"`)).not.toEqual([]) }, { seconds: 90 })
  }

  /** daprd 1.18.2 stays silent on Kafka when a Subscription is changed back while it runs; new pods are how the stack itself takes a change. */
  const untilRolled = async (): Promise<void> => {
    const { cluster } = deployment
    for (const { name } of await cluster.pods('task-api')) {
      await cluster.objects.remove({ apiVersion: 'v1', kind: 'Pod', metadata: { name, namespace: cluster.namespace } })
    }
    await untilReady(cluster, replicas)
    await untilWhole()
  }

  /**
   * Waits until the sidecars of the callee have taken the change: they restart for it. One refused call of a method is repeated until the
   * breaker is open, which then is all that the caller is told.
   */
  const untilRefused = (): Promise<void> =>
    eventually(
      async () => {
        const { text } = await askSidecar(subject, 'task-api', '/v1.0/invoke/notification-service/method/notify', { method: 'POST', body: '{}' })
        expect(text).toMatch(/PermissionDenied|circuit breaker is open/)
      },
      { seconds: 90, everySeconds: 5 },
    )

  /** One that is sent before the callee's sidecars have taken the change ends as a dead letter; another is sent then. */
  const untilNotified = (): Promise<void> =>
    eventually(
      async () => {
        const client = taskClient(subject)
        const { task } = await client.create('Canary')
        const { eventId } = await client.setStatus(task.id, 'completed')
        await eventually(async () => { expect(await askApp(subject, 'notification-service', `/notifications/${eventId}`)).toMatchObject({ status: 200 }) }, { seconds: 15 })
      },
      { seconds: 120 },
    )

  /** Replaces an object of the stack for one test. */
  const replace = async (kind: string, name: string, change: (object: unknown) => unknown, untilRestored = untilWhole): Promise<void> => {
    const { objects } = deployment.cluster
    const original = objectIn(deployment.objects, kind, name)
    const changed = change(original) as AnyObject
    const moved = changed.metadata?.name !== name
    if (moved) await objects.remove(original)
    await objects.apply(changed)
    restorations.push(async () => {
      if (moved) await objects.remove(changed)
      await objects.apply(original)
      await untilRestored()
    })
  }

  const judged = (): Promise<Verification> => verify(successCriteria(subject))

  it('fails SC-2 when a component is renamed', async () => {
    await replace('Component', 'statestore', renamed('state-store'))
    await untilSidecars((text) => { expect(text).not.toContain('"name":"statestore"') })
    const verification = await judged()
    expect(verdictsOf(verification)).toEqual(failing('SC-2'))
    expect(causesOf(verification, 'SC-2')).toContain('Component statestore is not in the cluster')
  }, 240_000)

  it('fails SC-2 when a component is scoped away', async () => {
    await replace('Component', 'statestore', scopedTo('nobody'))
    await untilSidecars((text) => { expect(text).not.toContain('"name":"statestore"') })
    const verification = await judged()
    expect(verdictsOf(verification)).toEqual(failing('SC-2'))
    expect(causesOf(verification, 'SC-2')).toContain('Component statestore is scoped to nobody, and so not to task-api')
  }, 240_000)

  it('fails SC-3 when the subscription is removed', async () => {
    await replace('Subscription', 'task-subscription', (object) => scopedTo('nobody')(renamed('other-subscription')(object)))
    await untilSidecars((text) => { expect(text).not.toContain('/events/task-events"') })
    const verification = await judged()
    expect(verdictsOf(verification)).toEqual(failing('SC-3'))
    expect(causesOf(verification, 'SC-3')).toContain('Subscription task-subscription is not in the cluster')
  }, 240_000)

  it('fails SC-3 when the subscription leads to another route', async () => {
    await replace('Subscription', 'task-subscription', routedTo('/events/elsewhere'), untilRolled)
    await untilSidecars((text) => { expect(text).toContain('/events/elsewhere') })
    const verification = await judged()
    expect(verdictsOf(verification)).toEqual(failing('SC-3'))
    expect(causesOf(verification, 'SC-3')).toContain('Subscription task-subscription has the route /events/elsewhere where /events/task-events is declared')
  }, 240_000)

  it('fails SC-4 when access control refuses notify, and the event ends as a dead letter', async () => {
    await replace('Configuration', 'notification-service', refusingCalls, untilNotified)
    await untilRefused()
    const verification = await judged()
    expect(verdictsOf(verification)).toEqual(failing('SC-4'))
    expect(causesOf(verification, 'SC-4')).toContain('the access control in Configuration notification-service has deny for notify called by task-api')
    await eventually(async () => { expect(await messagesOn(deployment.cluster, environment, 'task-events-dead-letter')).toContain('task.completed') }, { seconds: 60 })
  }, 240_000)

  it('fails SC-5 alone when the source imports a Redis client', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'dapr-stack-planted-'))
    restorations.push(() => rm(folder, { recursive: true }))
    await cp('service', join(folder, 'service'), { recursive: true })
    await writeFile(join(folder, 'service', 'planted.ts'), "import 'ioredis'\n")
    const verification = await verify(successCriteria({ ...subject, sources: ['config', join(folder, 'service')] }))
    expect(verdictsOf(verification)).toEqual(['SC-1 PASS', 'SC-2 PASS', 'SC-3 PASS', 'SC-4 PASS', 'SC-5 FAIL'])
    expect(causesOf(verification, 'SC-5')).toContain('planted.ts imports ioredis')
  }, 240_000)
})
