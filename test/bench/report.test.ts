import { expect, test } from '@jest/globals'

import { readOptions } from '../../bench/options.ts'
import { pageOf } from '../../bench/page.ts'
import { errorsIn, movedSince, type Report, type Result } from '../../bench/report.ts'
import { percentile, type Spread, spreadOf } from '../../bench/statistics.ts'
import { UsageError } from '../../toolchain/command-line.ts'

const near = (median: number): Spread => ({ median, low: median * 0.9, high: median * 1.1 })

const result = (subject: string, ratio: number, change: Partial<Result> = {}): Result => ({
  subject, inFlight: 32, operations: 1000, perSecond: near(100), ratio: near(ratio), cpuRatio: near(ratio), p50: near(1), p99: near(2), serviceCpu: near(0.1), sidecarCpu: near(0.1),
  serversCpu: near(0.1), generatorCpu: near(0.1), residentMb: near(90), errors: {}, ...change,
})

const report = (...results: Result[]): Report => ({
  schema: 1, at: '2026-01-01T00:00:00.000Z', broker: 'redis', replicas: 1, rounds: 3, seconds: 3, node: '24.0.0', cpus: 2, load: [0, 2], fsync: ['appendfsync always'],
  atRestMb: { service: 80 }, startMs: { service: near(300) }, scenarios: [{ scenario: 'create @32', results }],
})

test('a median has the lowest and the highest of its rounds beside it', () => {
  expect([spreadOf([3, 1, 2]), spreadOf([4, 1, 2, 3])]).toEqual([{ median: 2, low: 1, high: 3 }, { median: 2.5, low: 1, high: 4 }])
  expect([percentile([1, 2, 3, 4], 0.5), percentile([5], 0.99), percentile([], 0.5)]).toEqual([3, 5, 0])
})

test('what moved is what no round of the other run reached', () => {
  const before = report(result('limit', 1), result('service', 0.5))
  expect(movedSince(before, report(result('limit', 1), result('service', 0.55)))).toEqual([])
  expect(movedSince(before, report(result('limit', 1), result('service', 0.8)))).toEqual([
    'create @32, service: 0.50 of the limit, now 0.80',
    'create @32, service: 0.50 of the limit by CPU, now 0.80',
  ])
  expect(movedSince(before, report(result('limit', 1), result('another', 0.8)))).toEqual([])
})

test('fails a run in which requests failed, and says which', () => {
  expect(errorsIn(report(result('service', 1, { errors: { 'POST answered 500': 3 } })))).toEqual(['create @32, service: 3 x POST answered 500'])
})

test('the page needs nothing else, and shows names as they are', () => {
  const page = pageOf(report(result('a <b> & "c"', 1)))
  expect(page).toContain('create @32, a &#60;b&#62; &#38; &#34;c&#34;')
  expect(page).not.toMatch(/src=|href=|@import/)
})

test.each([[['--broker', 'nats']], [['--connections', '0']], [['--vs', 'python']], [['--what']]])('fails on the command line %j', (args) => {
  expect(() => readOptions(args)).toThrow(UsageError)
})

test('a list is separated by commas', () => {
  expect(readOptions(['--only', 'create,read', '--connections', '1,8'])).toMatchObject({ only: ['create', 'read'], connections: [1, 8], rounds: 5 })
})
