import { afterEach, beforeEach, expect, test } from '@jest/globals'
import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const program = fileURLToPath(new URL('../../.ci/totals.mjs', import.meta.url))
const scripts = { lint: 'eslint .', types: 'tsc', unit: 'jest a', e2e: 'X=1 jest b', test: 'npm run lint && npm run types && npm run unit && npm run e2e' }

let folder = ''
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'totals-'))
  mkdirSync(join(folder, '.results'))
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ name: 'it', version: '1.0.0', scripts }))
})
afterEach(() => rmSync(folder, { recursive: true }))

interface Ran {
  readonly started: readonly string[]
  readonly exitCode: number
  readonly suites?: Readonly<Record<string, readonly { passed: number; failed: number; skipped: number }[]>>
}

/** The verdict on a run in which npm started these scripts and jest left these totals. */
const verdict = ({ started, exitCode, suites = {} }: Ran) => {
  writeFileSync(join(folder, '.results/run.log'), started.map((name) => `\n> it@1.0.0 ${name}\n> …\n\n`).join(''))
  for (const [suite, totals] of Object.entries(suites)) {
    writeFileSync(join(folder, `.results/${suite}.jsonl`), totals.map((line) => `${JSON.stringify(line)}\n`).join(''))
  }
  const { stdout, stderr, status } = spawnSync(process.execPath, [program, String(exitCode)], { cwd: folder, encoding: 'utf8' })
  return { stdout, stderr, status }
}

const all = ['lint', 'types', 'unit', 'e2e']
const green = { passed: 3, failed: 0, skipped: 0 }

test('sums all suites, and lint and types as one check each', () => {
  const { stdout, status } = verdict({ started: all, exitCode: 0, suites: { unit: [green], e2e: [green, { ...green, passed: 1 }] } })
  expect(stdout).toBe('9 passed, 0 failed\n')
  expect(status).toBe(0)
})

test('fails with the failed tests of the suite that stopped the run, and counts a suite after it as one failure', () => {
  const { stdout, stderr, status } = verdict({ started: ['lint', 'types', 'unit'], exitCode: 1, suites: { unit: [{ passed: 3, failed: 2, skipped: 0 }] } })
  expect(stdout).toBe('5 passed, 3 failed\n')
  expect(stderr).toContain('e2e      0 passed, 1 failed (did not run)')
  expect(status).toBe(1)
})

test('fails when lint fails: nothing after it is proved', () => {
  expect(verdict({ started: ['lint'], exitCode: 1 })).toMatchObject({ stdout: '0 passed, 4 failed\n', status: 1 })
})

test('fails when types fail, and keeps the lint that passed', () => {
  expect(verdict({ started: ['lint', 'types'], exitCode: 2 })).toMatchObject({ stdout: '1 passed, 3 failed\n', status: 1 })
})

test('fails when npm ci fails and nothing starts', () => {
  expect(verdict({ started: [], exitCode: 1 })).toMatchObject({ stdout: '0 passed, 4 failed\n', status: 1 })
})

test('fails when a test was skipped, though jest ended well', () => {
  const suites = { unit: [{ ...green, skipped: 1 }], e2e: [green] }
  expect(verdict({ started: all, exitCode: 0, suites })).toMatchObject({ stdout: '8 passed, 1 failed\n', status: 1 })
})

test('fails when a suite ended badly without a failed test', () => {
  expect(verdict({ started: all, exitCode: 1, suites: { unit: [green], e2e: [green] } })).toMatchObject({ stdout: '8 passed, 1 failed\n', status: 1 })
})

test('fails when a suite left no totals', () => {
  expect(verdict({ started: all, exitCode: 0, suites: { unit: [green] } })).toMatchObject({ stdout: '5 passed, 1 failed\n', status: 1 })
})
