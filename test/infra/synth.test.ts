import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { spawnSync } from 'node:child_process'
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

import { synthesized } from './task-objects.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))
const cdk8s = join(root, 'node_modules/.bin/cdk8s')

let copy = ''
beforeAll(() => {
  copy = mkdtempSync(join(tmpdir(), 'synth-'))
  for (const name of ['config', 'infra', 'imports', 'package.json', 'tsconfig.json', 'cdk8s.yaml']) cpSync(join(root, name), join(copy, name), { recursive: true })
  symlinkSync(join(root, 'node_modules'), join(copy, 'node_modules'))
})
afterAll(() => rmSync(copy, { recursive: true }))

/** Runs a program in a copy of the project, with only these variables of the stack set. */
const run = (program: string, args: readonly string[], env: Readonly<Record<string, string>> = {}) =>
  spawnSync(program, args, { cwd: copy, encoding: 'utf8', env: { PATH: process.env['PATH'], CDK8S_CHECK_UPGRADE: 'false', ...env } })
const files = () => readdirSync(copy, { recursive: true, encoding: 'utf8' }).filter((name) => !name.startsWith('node_modules')).sort()

describe('cdk8s synth', () => {
  test('writes the manifests into its output folder and nothing anywhere else', () => {
    const before = files()
    const { status, stderr } = run(cdk8s, ['synth', '--output', 'out'])
    expect({ status, stderr }).toEqual({ status: 0, stderr: expect.any(String) })
    const written = files().filter((name) => !before.includes(name))
    expect(written).toEqual(['out', 'out/0000-servers.k8s.yaml', 'out/0001-tasks.k8s.yaml'])
    const manifests = written.slice(1).map((name) => readFileSync(join(copy, name), 'utf8'))
    expect(manifests.join('---\n')).toBe(synthesized().synthYaml())
  }, 60_000)

  test('fails, and says what is allowed, when a variable has a wrong value', () => {
    const { status, stdout, stderr } = run(cdk8s, ['synth', '--output', 'none'], { STACK_ENV: 'prod' })
    expect(status).not.toBe(0)
    expect(stdout + stderr).toContain('STACK_ENV: "prod" is no environment; use one of dev')
  }, 60_000)
})

describe('infra/main.ts', () => {
  const main = (env: Readonly<Record<string, string>>) => run(process.execPath, ['infra/main.ts'], env)

  test.each([
    [{ STACK_ENV: 'prod' }, /^STACK_ENV: "prod" is no environment; use one of dev.*\n$/],
    [{ STACK_NAMESPACE: 'No_' }, /^STACK_NAMESPACE: "No_" is no namespace; use 1-63 of .*\n$/],
    [{ STACK_IMAGE: 'tasks' }, /^STACK_IMAGE: "tasks" is no pinned image; use name:tag .*\n$/],
  ])('fails with one line and exit code 2 on %j', (env, line) => {
    expect(main(env)).toMatchObject({ status: 2, stdout: '', stderr: expect.stringMatching(line) })
  }, 60_000)
})
