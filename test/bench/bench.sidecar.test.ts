import { readdir } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { resolve } from 'node:path'

import { expect, test } from '@jest/globals'

import type { Host } from '../faults/host.ts'
import { benchOverload, isKept, overloadLines } from '../../bench/overload.ts'
import { pageOf } from '../../bench/page.ts'
import { errorsIn, movedSince, Report, reportLines } from '../../bench/report.ts'
import { runBench } from '../../bench/run.ts'
import { benchSoak, growthOf, soakLines } from '../../bench/soak.ts'
import type { Kind, Scenario } from '../../bench/scenario.ts'
import { variantSpec } from '../../bench/variants.ts'

const host: Host = { root: resolve('.'), temporary: tmpdir(), node: process.execPath, path: process.env['PATH'] ?? '', home: process.env['HOME'] ?? '', print: () => undefined }

const at = (kind: Kind, connections: number): Scenario => ({ kind, connections, payload: 'small' })
const source = { name: 'service', target: 'service', program: 'service/task-api/main.ts' } as const
const folders = async (): Promise<string[]> => (await readdir(tmpdir())).filter((name) => name.startsWith('dapr-stack-bench-'))

test('a short run measures every kind of operation on the limit and on the services, without an error, and leaves nothing behind', async () => {
  const before = await folders()
  const report = await runBench(host, {
    broker: 'redis', replicas: 1, rounds: 1, seconds: 0.2, starts: 1, services: [source, { ...variantSpec('sdk'), program: source.program }, variantSpec('minimal')],
    scenarios: [at('create', 4), at('read', 4), at('status', 2), at('delete', 2), at('mixed', 4), at('event', 1)],
  })
  expect(errorsIn(report)).toEqual([])
  expect(Report.parse(JSON.parse(JSON.stringify(report)))).toEqual(report)
  expect(report.scenarios.map(({ scenario, results }) => [scenario, results.filter(({ operations }) => operations > 0).map(({ subject }) => subject)])).toEqual(
    ['create @4', 'read @4', 'status @2', 'delete @2', 'mixed @4', 'event @1'].map((scenario) => [scenario, expect.arrayContaining(['limit', 'service', 'sdk', ...(scenario === 'event @1' ? [] : ['minimal'])])]),
  )
  for (const { results } of report.scenarios) {
    const limits = results.filter(({ subject }) => /^limit( @\d+)?$/.test(subject)).toSorted((a, b) => b.perSecond.median - a.perSecond.median)
    expect(limits[0]?.ratio.median).toBe(1) // the highest counts
  }
  expect(reportLines(report).length).toBeGreaterThan(18)
  expect(pageOf(report)).toContain('</html>')
  expect(movedSince(report, report)).toEqual([])
  expect(await folders()).toEqual(before)
}, 300_000)

test('a short run on Kafka has no error either', async () => {
  const report = await runBench(host, { broker: 'kafka', replicas: 1, rounds: 1, seconds: 0.2, starts: 1, services: [source], scenarios: [at('create', 4)] })
  expect(errorsIn(report)).toEqual([])
  expect(report.fsync).toContain('kafka: log.flush.interval.messages=1')
  expect(report.scenarios.flatMap(({ results }) => results.filter(({ operations }) => operations > 0).map(({ subject }) => subject))).toEqual(expect.arrayContaining(['limit', 'service']))
}, 300_000)

test('a service that is asked for four times of what it can do refuses the rest with Retry-After, and keeps what it accepted', async () => {
  const before = await folders()
  const overload = await benchOverload(host, { broker: 'redis', seconds: 2, times: 4, program: source.program })
  expect(overload).toMatchObject({ errors: {}, lost: 0, allDelivered: true })
  expect(overload.accepted).toBeGreaterThan(0)
  expect(overload.refused).toBeGreaterThan(0)
  expect(isKept(overload)).toBe(true)
  expect(isKept({ ...overload, lost: 1 })).toBe(false)
  expect(overloadLines(overload).join('\n')).toContain('all events were delivered')
  expect(await folders()).toEqual(before)
}, 300_000)

test('a short soak says how memory grows, without an error', async () => {
  const soak = await benchSoak(host, { broker: 'redis', seconds: 8, program: source.program })
  expect(soak.errors).toBe(0)
  expect(soak.samples.length).toBeGreaterThan(3)
  expect(growthOf({ ...soak, samples: [1, 100, 100, 150].map((residentMb, at) => ({ at, residentMb, perSecond: 1 })) })).toBeCloseTo(50)
  expect(soakLines(soak).join('\n')).toContain('0 errors')
}, 300_000)
