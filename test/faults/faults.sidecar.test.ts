import { rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { resolve } from 'node:path'

import { expect, test } from '@jest/globals'

import type { Host } from './host.ts'
import { reportLines } from './report.ts'
import { runFaults, type RunOptions } from './run.ts'
import { countOf } from './violations.ts'

const lines: string[] = []
const host: Host = {
  root: resolve('.'),
  temporary: tmpdir(),
  node: process.execPath,
  path: process.env['PATH'] ?? '',
  home: process.env['HOME'] ?? '',
  print: (line) => { lines.push(line) },
}

/** Deliveries that a sidecar has died with come again after this time, not after a minute. */
const overrides = { 'pubsub.redis': { processingTimeout: '15s', redeliverInterval: '2s' } }
const short: RunOptions = { broker: 'redis', operations: 600, kills: 4, seed: 7, broken: false, short: true, paceSeconds: 0.5, drainSeconds: 90, overrides }

test('a short run with four kills loses nothing and invents nothing', async () => {
  const result = await runFaults(host, short)
  expect([countOf(result.verdict.violations), reportLines(result)]).toEqual([0, expect.anything()])
  expect(result.kills).toBe(4)
  expect(result.verdict.operations).toBeGreaterThanOrEqual(600)
  expect(result.verdict.acknowledged).toBeGreaterThan(100)
}, 300_000)

test('fails with the contract switched off: the same faults lose events', async () => {
  const { verdict, folder = '' } = await runFaults(host, { ...short, broken: true, drainSeconds: 5 })
  expect(verdict.violations.lost.length).toBeGreaterThan(0)
  await rm(folder, { recursive: true }) // where something is found, the logs stay
}, 300_000)
