import { expect, test } from '@jest/globals'

import { judge } from './check.ts'
import { reportLines } from './report.ts'
import type { RunResult } from './run.ts'

const result = (change: Partial<RunResult>): RunResult => ({
  place: 'cluster', broker: 'kafka', seed: 7, broken: false, fsync: ['redis: appendfsync always', 'kafka: log.flush.interval.messages=1'],
  faults: { 'kill kafka': 2, 'roll task-api': 1 }, kills: 2, killed: { containers: 2, processes: 0 }, fewestInFlight: 25, failures: {}, renewed: 0, outages: [2.5],
  secondsOfLoad: 10, secondsOfDrain: 5, replayed: 0, verdict: judge({ attempts: [], events: [], tasks: [], effects: [], outages: [] }, 60_000), ...change,
})

test('a report says what the kills hit, with how many requests in flight, and how the servers write to disk', () => {
  const lines = reportLines(result({}))
  expect(lines).toContain('Faults on kafka, in the test cluster, seed 7')
  expect(lines).toContain('  kills          2 by SIGKILL: 2 hit containers of the cluster, 0 local processes; at least 25 requests in flight at each')
  expect(lines).toEqual(expect.arrayContaining(['  redis: appendfsync always', '  kafka: log.flush.interval.messages=1', '  faults         kill kafka 2, roll task-api 1']))
})

test('pods that were removed for their back-off are told where there were any', () => {
  const renewals = (renewed: number): string[] => reportLines(result({ renewed })).filter((line) => line.includes('renewed'))
  expect([renewals(0), renewals(3)]).toEqual([[], [expect.stringContaining('3 pods')]])
})
