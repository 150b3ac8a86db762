import { afterEach, beforeEach, expect, test } from '@jest/globals'
import { spawnSync } from 'node:child_process'
import { cpSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const ci = fileURLToPath(new URL('../../.ci', import.meta.url))

let folder = ''
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'ci-run-'))
  cpSync(ci, join(folder, '.ci'), { recursive: true })
})
afterEach(() => rmSync(folder, { recursive: true }))

/** Runs `.ci/run` in a project without dependencies whose `npm test` is lint and then this unit suite. */
const run = (unit: string) => {
  const project = { name: 'it', version: '1.0.0', lockfileVersion: 3 }
  const scripts = { lint: 'true', unit: `${unit} # jest`, test: 'npm run lint && npm run unit' }
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ ...project, scripts }))
  writeFileSync(join(folder, 'package-lock.json'), JSON.stringify({ ...project, packages: { '': { name: 'it', version: '1.0.0' } } }))
  const { stdout, status } = spawnSync(join(folder, '.ci/run'), { encoding: 'utf8', timeout: 30_000 })
  return { lines: stdout.trimEnd().split('\n'), status }
}

const leaving = (passed: number, failed: number) => `echo '${JSON.stringify({ passed, failed, skipped: 0 })}' > .results/unit.jsonl`

test('.ci/run shows what npm test shows and ends with the totals alone on the last line', () => {
  const { lines, status } = run(`${leaving(3, 0)} && echo tested in CI=$CI`)
  expect(lines).toContain('tested in CI=true')
  expect(lines.at(-1)).toBe('4 passed, 0 failed')
  expect(status).toBe(0)
}, 60_000)

test('fails with the last line all the same when a suite fails', () => {
  const { lines, status } = run(`${leaving(3, 2)} && exit 1`)
  expect(lines.at(-1)).toBe('4 passed, 2 failed')
  expect(status).toBe(1)
}, 60_000)

test('fails when the suite dies, whatever an earlier run left behind', () => {
  mkdirSync(join(folder, '.results'))
  writeFileSync(join(folder, '.results/unit.jsonl'), '{"passed":9,"failed":0,"skipped":0}\n')
  expect(run('kill -9 $$')).toMatchObject({ lines: expect.arrayContaining(['1 passed, 1 failed']), status: 1 })
  expect(existsSync(join(folder, '.results/unit.jsonl'))).toBe(false)
}, 60_000)

test('does not wait for a process that outlives its suite', () => {
  const { lines } = run(`${leaving(1, 0)} && (sleep 45 &)`)
  expect(lines.at(-1)).toBe('2 passed, 0 failed')
}, 60_000)
