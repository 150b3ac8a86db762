import { afterEach, describe, expect, it } from '@jest/globals'

import { eventually } from '../../cli/eventually.ts'
import type { AnyObject } from '../../cli/kube/index.ts'
import { type Verification, verify } from '../../cli/verify/index.ts'
import { changing, renamed, withAppId, withoutSidecar } from './breakages.ts'
import { twoBrokers } from './brokers.ts'
import { successCriteria } from '../../verify/tasks/index.ts'
import { deploy, untilReady } from './deployment.ts'
import { inspect, replicas, target } from './target.ts'
import { causesOf, verdictsOf } from './verdicts.ts'

const blockedBySc1 = ['SC-1 FAIL', 'SC-2 blocked by SC-1', 'SC-3 blocked by SC-1', 'SC-4 blocked by SC-1', 'SC-5 PASS']

/** What is wrong before the stack starts must show in SC-1, with its cause, and in no criterion that does not need a sidecar. */
describe.each(twoBrokers)('the verification of a stack on %s that was applied broken', (environment) => {
  const cleanups: (() => Promise<void>)[] = []
  afterEach(async () => {
    for (const cleanup of cleanups.splice(0).reverse()) await cleanup()
  }, 180_000)

  const verificationOf = async (change: (objects: AnyObject[]) => AnyObject[]): Promise<Verification> => {
    const { cluster, remove } = await deploy(target(), { environment, change })
    const subject = inspect(cluster)
    cleanups.push(remove, subject.access.close)
    await eventually(
      async () => {
        const pods = await cluster.pods('task-api')
        expect(pods.map(({ containers }) => containers.find(({ name }) => name === 'task-api')?.state)).toEqual(['running', 'running'])
      },
      { seconds: 60 },
    )
    return verify(successCriteria(subject))
  }

  it('fails SC-1 when the annotation that injects the sidecar is removed', async () => {
    const verification = await verificationOf(changing('Deployment', 'task-api', withoutSidecar))
    expect(verdictsOf(verification)).toEqual(blockedBySc1)
    expect(causesOf(verification, 'SC-1')).toContain('Deployment task-api: its pod template has dapr.io/enabled=nothing where true is needed')
    expect(causesOf(verification, 'SC-1')).toContain('no sidecar was injected (0/1')
  }, 240_000)

  it('fails SC-1 when a component has another name', async () => {
    const verification = await verificationOf(changing('Component', 'statestore', renamed('state-store')))
    expect(verdictsOf(verification)).toEqual(blockedBySc1)
    expect(causesOf(verification, 'SC-1')).toContain('Component statestore is not in the cluster')
  }, 240_000)

  it('fails SC-1 when a sidecar has another app id', async () => {
    const verification = await verificationOf(changing('Deployment', 'task-api', withAppId('task-apy')))
    expect(verdictsOf(verification)).toEqual(blockedBySc1)
    expect(causesOf(verification, 'SC-1')).toContain('dapr.io/app-id=task-apy where task-api is needed')
  }, 240_000)
})

/** Redis makes a stream when the first event comes; on Kafka a topic that nobody made takes no event, and so no change of a task. */
describe('the verification of a stack on kafka whose topics were not made', () => {
  it('fails SC-2 and names the topic', async () => {
    const { cluster, remove } = await deploy(target(), { environment: 'kafka', change: (objects) => objects.filter(({ kind }) => kind !== 'Job') })
    const subject = inspect(cluster)
    try {
      await untilReady(cluster, replicas)
      const verification = await verify(successCriteria(subject))
      expect(verdictsOf(verification)).toEqual(['SC-1 PASS', 'SC-2 FAIL', 'SC-3 blocked by SC-2', 'SC-4 blocked by SC-2', 'SC-5 PASS'])
      expect(causesOf(verification, 'SC-2')).toMatch(/POST \/tasks answered 503 .*topic \\"task-events\\" of pubsub \\"pubsub\\"/)
    } finally {
      await subject.access.close()
      await remove()
    }
  }, 300_000)
})
