import { describe, expect, test } from '@jest/globals'

import type { Desired } from '../../../cli/stack/desired.ts'
import { diffOf } from '../../../cli/stack/diff/diff.ts'
import type { ObjectDiff } from '../../../cli/stack/diff/object-diff.ts'
import { diffText } from '../../../cli/stack/diff/render.ts'
import { ownedOf } from '../../../cli/stack/inventory.ts'
import { clusterHolding, manyApps } from './many-apps.ts'

/** The diff of so many apps whose image changes. */
const diffOfApps = async (count: number): Promise<{ readonly lines: string[]; readonly asked: number; readonly diffs: readonly ObjectDiff[] }> => {
  const before = manyApps(count, 'shop:1')
  const { port, asked } = clusterHolding(before)
  const desired: Desired = { stack: 'shop', namespace: 'market', graph: { apps: [], components: [], topics: [], subscriptions: [], invocations: [], secrets: [] }, objects: manyApps(count, 'shop:2') }
  const diffs = await diffOf(port, desired, before.map(ownedOf))
  return { lines: diffText(diffs, (_, text) => text).split('\n'), asked: asked(), diffs }
}

describe('the diff of a hundred apps', () => {
  test('asks twice for each object, and once for the namespace', async () => {
    const [fifty, hundred] = [await diffOfApps(50), await diffOfApps(100)]
    expect([fifty.asked, hundred.asked]).toEqual([2 * 250 + 1, 2 * 500 + 1])
  })

  test('says once what happens to all of them', async () => {
    expect((await diffOfApps(100)).lines).toEqual([
      '~ 100 × Deployment: app-0, app-1, app-2, app-3, app-4, app-5, 94 more',
      '    spec.template.metadata.annotations["dapr-stack/config-digest"]: (each its own) → (each its own)',
      '    spec.template.spec.containers[its name].image: shop:1 → shop:2',
      '100 to change, 400 unchanged',
    ])
  })

  test('tells few, those with another change, and those with drift by themselves', async () => {
    const { diffs } = await diffOfApps(5)
    const changed = diffs.filter(({ verdict }) => verdict === 'change')
    const text = (some: readonly ObjectDiff[]) => diffText(some, (_, words) => words).split('\n').filter((line) => line.startsWith('~'))
    expect(text(changed.slice(0, 3))).toEqual(['~ Deployment/app-0', '~ Deployment/app-1', '~ Deployment/app-2'])
    const drifted = changed.map((diff, index) => (index === 0 && 'fields' in diff ? { ...diff, fields: diff.fields.map((field) => ({ ...field, drift: true })) } : diff))
    expect(text(drifted)).toEqual(['~ Deployment/app-0', '~ 4 × Deployment: app-1, app-2, app-3, app-4'])
  })
})
