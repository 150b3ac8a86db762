import { afterEach, it } from '@jest/globals'

import { type Control, judgeControl, titleOf } from '../../cli/verify/index.ts'
import { successCriteria, verification } from '../../verify/tasks/index.ts'
import type { Broker } from './brokers.ts'
import { deploy } from './deployment.ts'
import { inspect, target } from './target.ts'
import { expectHeld } from './verdicts.ts'

/** What is wrong before the stack starts. */
export const startControls: readonly Control[] = (verification.controls ?? []).filter(({ breakage }) => breakage.when === 'applied')

/** Applies the stack as each control breaks it: this must show in its criterion, with its cause, and in no criterion that does not need a sidecar. */
export const describeStartControls = (broker: Broker, controls: readonly Control[]): void => {
  const cleanups: (() => Promise<void>)[] = []
  afterEach(async () => {
    for (const cleanup of cleanups.splice(0).reverse()) await cleanup()
  }, 180_000)

  it.each(controls.map((control) => [titleOf(control), control] as const))('%s', async (title, control) => {
    const { breakage } = control
    if (breakage.when !== 'applied') throw new Error(`${title}: this breaks a running stack`)
    const { cluster, objects, remove } = await deploy(target(), { environment: broker, change: breakage.change })
    const deployed = inspect(cluster)
    cleanups.push(remove, deployed.access.close)
    expectHeld(await judgeControl({ deployed, objects, criteria: successCriteria }, control))
  }, 300_000)
}
