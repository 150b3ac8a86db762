import { describe, expect, test } from '@jest/globals'

import { diagnose } from '../../../cli/doctor/diagnosis.ts'
import { clocksIn } from '../../../cli/doctor/gather/cluster.ts'
import { probesWithin } from '../../../cli/doctor/gather/probes.ts'
import { unmetBy } from '../../../cli/doctor/selector.ts'
import type { StackCluster } from '../../../cli/kube/index.ts'
import { type ClusterPort, KubeRefusal } from '../../../cli/kube/port.ts'

/** A cluster that answers everything in this way. */
const portThat = (answer: () => Promise<never>): ClusterPort => new Proxy({} as ClusterPort, { get: () => answer }) // every method of it is asynchronous
const nowhere = new Proxy({ namespace: 'market' } as StackCluster, { get: (target, name) => (name === 'namespace' ? target.namespace : async () => { throw new Error('no way in') }) })

describe('a look at a cluster', () => {
  test('that refuses everything finds nothing and says what could not be looked at', async () => {
    const { findings, unlooked } = await diagnose(portThat(async () => { throw new KubeRefusal(403, 'Forbidden', 'you may not') }), nowhere, 'market', undefined)
    expect(findings).toEqual([])
    expect(unlooked.map(({ what }) => what)).toEqual(expect.arrayContaining(['Pods of market', 'Dapr\'s control plane', 'the webhook of the injector', 'the clocks of the nodes']))
    expect(new Set(unlooked.map(({ why }) => why))).toEqual(new Set(['you may not']))
  })

  test('that never answers ends all the same', async () => {
    const { findings, unlooked } = await diagnose(portThat(() => new Promise<never>(() => undefined)), nowhere, 'market', undefined, { probeMs: 20 })
    expect(findings).toEqual([])
    expect(unlooked.every(({ why }) => why === 'no answer in 0.02 s')).toBe(true)
  })
})

describe('a probe', () => {
  test('gives what it sees', async () => {
    const { look, unlooked } = probesWithin(1000)
    expect(await look('it', async () => 7)).toBe(7)
    expect(unlooked).toEqual([])
  })

  test('fails without ending the others, whatever is thrown', async () => {
    const { look, unlooked } = probesWithin(1000)
    expect(await Promise.all([look('one', async () => { throw new TypeError('fetch\n failed') }), look('two', async () => 2)])).toEqual([undefined, 2])
    expect(unlooked).toEqual([{ what: 'one', why: 'fetch failed' }])
  })
})

test.each([
  [{}, undefined],
  [{ matchLabels: { a: 'b' } }, 'a=b'],
  [{ matchLabels: { team: 'x' } }, undefined],
  [{ matchExpressions: [{ key: 'team', operator: 'In', values: ['y'] }] }, 'team in (y)'],
  [{ matchExpressions: [{ key: 'team', operator: 'NotIn', values: ['x'] }] }, 'team notin (x)'],
  [{ matchExpressions: [{ key: 'other', operator: 'NotIn', values: ['x'] }] }, undefined],
  [{ matchExpressions: [{ key: 'team', operator: 'Exists' }, { key: 'other', operator: 'Exists' }] }, 'other'],
  [{ matchExpressions: [{ key: 'team', operator: 'DoesNotExist' }] }, '!team'],
])('what labels do not meet of the selector %j', (selector, unmet) => {
  expect(unmetBy(selector, { team: 'x' })).toBe(unmet)
})

describe('the clocks of nodes', () => {
  const now = Date.parse('2026-01-01T12:00:00Z')
  const lease = (name: string, renewTime: string) => ({ metadata: { name }, spec: { renewTime } })
  const node = (name: string, status: string) => ({ metadata: { name }, status: { conditions: [{ type: 'Ready', status }] } })

  test('are compared with the API server\'s, and a lease that is about to be written is no skew', () => {
    const leases = [lease('right', '2026-01-01T11:59:51Z'), lease('ahead', '2026-01-01T12:05:00Z'), lease('behind', '2026-01-01T11:50:00Z')]
    expect(clocksIn(now, leases, leases.map(({ metadata }) => node(metadata.name, 'True')))).toEqual([{ node: 'right', aheadSeconds: 0 }, { node: 'ahead', aheadSeconds: 300 }, { node: 'behind', aheadSeconds: -600 }])
  })

  test('say nothing of a node that does not write its lease, or is gone', () => {
    expect(clocksIn(now, [lease('away', '2026-01-01T11:00:00Z'), lease('gone', '2026-01-01T13:00:00Z')], [node('away', 'Unknown')])).toEqual([])
  })
})
