import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'

import { eventually } from '../../cli/eventually.ts'
import { controlLine, type Deployed, judgeControl, type LineResult, titleOf, verify, whileBroken } from '../../cli/verify/index.ts'
import { successCriteria, verification } from '../../verify/tasks/index.ts'
import { messagesOn, twoBrokers } from './brokers.ts'
import { deploy, type Deployment, untilReady } from './deployment.ts'
import { inspect, replicas, target } from './target.ts'

const controls = (verification.controls ?? []).filter(({ breakage }) => breakage.when !== 'applied').map((control) => [titleOf(control), control] as const)

/** What changes in the cluster behind a ready stack's back fails the criterion that it breaks; pods stay ready meanwhile. */
describe.each(twoBrokers)('the verification of a ready stack on %s', (environment) => {
  let deployment: Deployment
  let deployed: Deployed

  beforeAll(async () => {
    deployment = await deploy(target(), { environment })
    deployed = inspect(deployment.cluster, { patienceSeconds: 15 })
    await untilReady(deployment.cluster, replicas)
  }, 180_000)
  afterAll(async () => {
    await deployed.access.close()
    await deployment.remove()
  }, 180_000)

  it('has a control for each criterion that a sidecar is needed for, and one for the source', () => {
    expect(new Set(controls.map(([, { criterion }]) => criterion))).toEqual(new Set(['SC-2', 'SC-3', 'SC-4', 'SC-5']))
  })

  const expectHeld = ({ verdict, cause }: LineResult): void => { expect({ verdict, cause }).toEqual({ verdict: 'PASS', cause: undefined }) }

  it.each(controls.filter(([, { criterion }]) => criterion !== 'SC-4'))('%s', async (_title, control) => {
    expectHeld(await judgeControl({ deployed, objects: deployment.objects, criteria: successCriteria }, control))
  }, 420_000)

  it.each(controls.filter(([, { criterion }]) => criterion === 'SC-4'))('%s, and the event ends as a dead letter', async (_title, control) => {
    if (control.breakage.when !== 'running') throw new Error('what refuses an invocation is changed while the stack runs')
    await whileBroken({ deployed, objects: deployment.objects }, control.breakage, async () => {
      const criteria = successCriteria(deployed)
      expectHeld(controlLine(control, criteria, await verify(criteria), 0))
      await eventually(async () => { expect(await messagesOn(deployment.cluster, environment, 'task-events-dead-letter')).toContain('task.completed') }, { seconds: 60 })
    })
  }, 420_000)
})
