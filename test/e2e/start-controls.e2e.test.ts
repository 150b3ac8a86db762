import { afterEach, describe, expect, it } from '@jest/globals'

import { type Control, judgeControl, titleOf, untilReady } from '../../cli/verify/index.ts'
import type { EnvironmentName } from '../../infra/tasks/environments.ts'
import { successCriteria, verification } from '../../verify/tasks/index.ts'
import { twoBrokers } from './brokers.ts'
import { deploy } from './deployment.ts'
import { inspect, replicas, target } from './target.ts'

const cleanups: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup()
}, 180_000)

/** Applies the stack as the control breaks it, and says whether it made exactly its criterion fail. */
const judged = async (environment: EnvironmentName, control: Control) => {
  const { breakage } = control
  if (breakage.when !== 'applied') throw new Error(`${titleOf(control)}: this breaks a running stack`)
  const { cluster, objects, remove } = await deploy(target(), { environment, change: breakage.change })
  const deployed = inspect(cluster)
  cleanups.push(remove, deployed.access.close)
  return judgeControl({ deployed, objects, criteria: successCriteria }, control)
}

const controls = (verification.controls ?? []).filter(({ breakage }) => breakage.when === 'applied').map((control) => [titleOf(control), control] as const)

/** What is wrong before the stack starts must show in SC-1, with its cause, and in no criterion that does not need a sidecar. */
describe.each(twoBrokers)('the verification of a stack on %s that was applied broken', (environment) => {
  it('has controls', () => {
    expect(controls).toHaveLength(3)
  })

  it.each(controls)('%s', async (_title, control) => {
    expect(await judged(environment, control)).toMatchObject({ verdict: 'PASS' })
  }, 240_000)
})

/** Redis makes a stream when the first event comes; on Kafka a topic that nobody made takes no event, and so no change of a task. */
describe('the verification of a stack on kafka whose topics were not made', () => {
  it('fails SC-2 and names the topic', async () => {
    const line = await judged('kafka', {
      criterion: 'SC-2',
      broken: 'no Job makes the topics',
      says: ['POST /tasks answered 503 ', 'topic \\"task-events\\" of pubsub \\"pubsub\\"'],
      breakage: { when: 'applied', change: (objects) => objects.filter(({ kind }) => kind !== 'Job'), untilTried: ({ cluster }) => untilReady(cluster, replicas) },
    })
    expect(line).toMatchObject({ verdict: 'PASS' })
  }, 300_000)
})
