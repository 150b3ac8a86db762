import { afterAll, beforeAll, expect, it } from '@jest/globals'

import { eventually } from '../../cli/eventually.ts'
import { type Control, controlLine, type Deployed, judgeControl, titleOf, verify, whileBroken } from '../../cli/verify/index.ts'
import { successCriteria, verification } from '../../verify/tasks/index.ts'
import { type Broker, messagesOn } from './brokers.ts'
import { deploy, type Deployment, untilReady } from './deployment.ts'
import { inspect, replicas, target } from './target.ts'
import { expectHeld } from './verdicts.ts'

/** What changes in the cluster behind a ready stack's back; pods stay ready meanwhile. */
export const driftControls: readonly Control[] = (verification.controls ?? []).filter(({ breakage }) => breakage.when !== 'applied')

/** Deploys the task stack on a broker, and has each control fail the criterion that it breaks, and no other. Pods stay ready meanwhile. */
export const describeDriftControls = (broker: Broker, controls: readonly Control[]): void => {
  let deployment: Deployment
  let deployed: Deployed

  beforeAll(async () => {
    deployment = await deploy(target(), { environment: broker })
    deployed = inspect(deployment.cluster, { patienceSeconds: 20 })
    await untilReady(deployment.cluster, replicas)
  }, 180_000)
  afterAll(async () => {
    await deployed.access.close()
    await deployment.remove()
  }, 180_000)

  it.each(controls.filter(({ criterion }) => criterion !== 'SC-4').map((control) => [titleOf(control), control] as const))('%s', async (_title, control) => {
    expectHeld(await judgeControl({ deployed, objects: deployment.objects, criteria: successCriteria }, control))
  }, 420_000)

  for (const control of controls.filter(({ criterion }) => criterion === 'SC-4')) {
    it(`${titleOf(control)}, and the event ends as a dead letter`, async () => {
      if (control.breakage.when !== 'running') throw new Error('what refuses an invocation is changed while the stack runs')
      await whileBroken({ deployed, objects: deployment.objects }, control.breakage, async () => {
        const criteria = successCriteria(deployed)
        expectHeld(controlLine(control, criteria, await verify(criteria), 0))
        await eventually(async () => { expect(await messagesOn(deployment.cluster, broker, 'task-events-dead-letter')).toContain('task.completed') }, { seconds: 60 })
      })
    }, 420_000)
  }
}
