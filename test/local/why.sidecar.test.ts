import { execFileSync } from 'node:child_process'
import { appendFileSync } from 'node:fs'
import { join } from 'node:path'

import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { execa } from 'execa'

import { ensureTools } from '../../toolchain/tools.ts'
import { createTask, setStatus } from '../sidecar/rig/tasks.ts'
import { until } from '../sidecar/rig/until.ts'
import { type Checkout, copyCheckout, freeOffset } from './rig/checkout.ts'
import { type Started, startStack } from './rig/start.ts'

let checkout: Checkout
let run: Started
let offset = 0
const api = (): string => `http://127.0.0.1:${8000 + offset}`

beforeAll(async () => {
  await ensureTools(['daprd', 'scheduler', 'nats-server'], (line) => { process.stderr.write(`${line}\n`) })
  checkout = await copyCheckout()
  offset = await freeOffset([8000, 8001, 8002])
  run = startStack(checkout.folder, ['--port-offset', `${offset}`])
  await run.says(/Ctrl-C stops everything/)
}, 900_000)
afterAll(async () => {
  run.signal('SIGTERM')
  await run.ended()
  await checkout.remove()
}, 60_000)

const why = (id: string, at = offset) =>
  execa(process.execPath, ['cli/stack/stack.mjs', 'why', `task/${id}`, '--target', 'local', '--port-offset', `${at}`], { cwd: checkout.folder, env: { NODE_OPTIONS: '' }, reject: false, stdin: 'ignore' })

/** Asks until the last line is as expected. */
const verdict = (id: string, exitCode: number, expected: RegExp): Promise<string> =>
  until(String(expected), 60, async () => {
    const { stdout, stderr, exitCode: code } = await why(id)
    const last = stdout.split('\n').at(-1) ?? ''
    if (code !== exitCode || !expected.test(last)) throw new Error(`${last}${stderr}`)
    return stdout
  })

test('stack why shows the way of a task through the local run, from its document to its notification', async () => {
  const { id } = await createTask(api())
  await setStatus(api(), id, 'completed')
  const text = await verdict(id, 0, /^complete: task_completed was notified at /)
  expect(text).toContain(`task/${id} in the local run .local/${offset}`)
  expect(text).toMatch(new RegExp(`task-api log +✓ Received event \\(task\\.completed ${id}-2\\)`))
  expect(text).toMatch(new RegExp(`notification-service notification-store +✓ notification of ${id}-2 is stored`))
}, 90_000)

test('stack why names the app that does not answer when a task is not notified, and is complete once it does', async () => {
  const file = join(checkout.folder, 'service/notification-service/app.ts')
  appendFileSync(file, 'no code (\n')
  await run.says(/^notification-service +\| It does not start after this change/m)
  const { id } = await createTask(api())
  await setStatus(api(), id, 'completed')
  await verdict(id, 5, new RegExp(`^missing: task-api handles task\\.completed \\(${id}-2\\) — because notification-service does not answer on port ${8001 + offset} \\(it failed \\d+ time`))
  execFileSync('sed', ['-i', '$d', file])
  await verdict(id, 0, /^complete: task_completed was notified at /)
}, 180_000)

test('stack why fails with 6 where no local run has the port offset', async () => {
  expect(await why('any', offset + 1)).toMatchObject({ exitCode: 6, stderr: expect.stringMatching(/^stack why: no local run of .+ has the port offset \d+, or it is just starting; start it by `npm start`/) })
}, 30_000)
