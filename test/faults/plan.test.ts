import { expect, test } from '@jest/globals'

import { faultName, planFaults, type PlanOptions } from './plan.ts'
import { createRandom } from './random.ts'

const options: PlanOptions = { broker: 'kafka', kills: 200, apps: ['task-api', 'notification-service'], replicas: 2, leaseMs: 10_000 }
const plan = (seed: number, change: Partial<PlanOptions> = {}) => planFaults(createRandom(seed), { ...options, ...change })

test('the same seed gives the same faults, another gives others', () => {
  expect(plan(1)).toEqual(plan(1))
  expect(plan(1)).not.toEqual(plan(2))
})

test('a plan has as many kills as were asked for, and every kind of fault', () => {
  const faults = plan(1)
  expect(faults.filter(({ kind }) => kind === 'kill')).toHaveLength(200)
  expect(new Set(faults.map(({ kind }) => kind))).toEqual(new Set(['kill', 'terminate', 'pause', 'roll', 'link']))
  expect(new Set(faults.map(faultName))).toEqual(expect.objectContaining({ size: expect.any(Number) }))
})

test.each(['kill redis', 'kill kafka', 'kill task-api service', 'kill task-api sidecar', 'kill task-api pod', 'kill notification-service service', 'cut-after outbound task-api', 'late outbound task-api', 'roll task-api'])(
  'a long plan has "%s"',
  (name) => {
    expect(plan(1).map(faultName)).toContain(name)
  },
)

test('Redis alone has no Kafka to hit', () => {
  expect(plan(1, { broker: 'redis' }).map(faultName).filter((name) => name.includes('kafka'))).toEqual([])
})

test('some pauses are longer than the lease, unless the run is short', () => {
  const longest = (change: Partial<PlanOptions>) => Math.max(...plan(1, change).flatMap((fault) => (fault.kind === 'pause' ? [fault.ms] : [])))
  expect(longest({})).toBeGreaterThan(options.leaseMs)
  expect(longest({ short: true })).toBeLessThan(options.leaseMs)
})

test('a cluster has rolling updates and no links', () => {
  const names = plan(1, { place: 'cluster' }).map(faultName)
  expect(names).toEqual(expect.arrayContaining(['roll task-api', 'kill kafka', 'kill task-api sidecar']))
  expect(new Set(plan(1, { place: 'cluster' }).map(({ kind }) => kind))).toEqual(new Set(['kill', 'terminate', 'pause', 'roll']))
})
