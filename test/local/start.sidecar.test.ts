import { execFileSync } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { appendFileSync, existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, join, resolve } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'

import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'

import { ensureTools } from '../../toolchain/tools.ts'
import { ask } from '../sidecar/rig/ask.ts'
import { deadLettersAt, dlq } from '../sidecar/rig/dlq.ts'
import { createTask, setStatus } from '../sidecar/rig/tasks.ts'
import { until } from '../sidecar/rig/until.ts'
import { type Checkout, copyCheckout, freeOffset } from './rig/checkout.ts'
import { processesOf } from './rig/processes.ts'
import { type Started, startStack } from './rig/start.ts'

const [apiPort, notificationPort, aiPort] = [8000, 8001, 8002]
const ready = /Ctrl-C stops everything/

/** A checkout with its stack running. */
interface Running {
  readonly checkout: Checkout
  readonly offset: number
  readonly run: Started
  readonly api: string
  readonly notifications: string
}

const opened: { checkout: Checkout; runs: Started[] }[] = []

const open = async () => {
  const entry = { checkout: await copyCheckout(), runs: [] as Started[] }
  opened.push(entry)
  const offset = await freeOffset([apiPort, notificationPort, aiPort])
  const start = (env: Record<string, string> = {}, at = offset): Started => {
    const run = startStack(entry.checkout.folder, ['--port-offset', `${at}`], env)
    entry.runs.push(run)
    return run
  }
  return { checkout: entry.checkout, offset, start }
}

const startReady = async (): Promise<Running> => {
  const { checkout, offset, start } = await open()
  const run = start()
  await run.says(ready)
  return { checkout, offset, run, api: `http://127.0.0.1:${apiPort + offset}`, notifications: `http://127.0.0.1:${notificationPort + offset}` }
}

const nothingIsLeft = async (folder: string, offset: number): Promise<void> => {
  await until('end of all processes', 10, async () => processesOf(folder).length === 0)
  expect(existsSync(join(folder, `.local/${offset}/run`))).toBe(false)
  for (const port of [apiPort, notificationPort, aiPort]) await expect(fetch(`http://127.0.0.1:${port + offset}/health`)).rejects.toThrow('fetch failed')
}

const notified = async (api: string, notifications: string): Promise<string> => {
  const { id } = await createTask(api)
  await setStatus(api, id, 'completed')
  await until('notification', 10, async () => (await ask(`${notifications}/notifications/${id}-2`)).status === 200)
  return id
}

beforeAll(async () => {
  await ensureTools(['daprd', 'scheduler', 'nats-server'], (line) => { process.stderr.write(`${line}\n`) })
}, 900_000)

afterAll(async () => {
  for (const { checkout, runs } of opened) {
    for (const run of runs) run.signal('SIGTERM')
    await Promise.all(runs.map((run) => run.ended()))
    await checkout.remove()
  }
}, 120_000)

describe('a started stack', () => {
  let first: Running
  beforeAll(async () => { first = await startReady() }, 120_000)

  test('shows where each app is, and commands that work as they stand', async () => {
    const { run, api, notifications } = first
    expect(run.text()).toContain(`task-api              ${api}\n`)
    expect(run.text()).toContain(`notification-service  ${notifications}\n`)
    const [, examples = ''] = /\nTry:\n([^]+?)\n\n/.exec(run.text()) ?? []
    const [create, complete, show] = examples.split('\n')
    const script = `${create}\n${complete}\nuntil ${show} | grep task_completed; do sleep 0.1; done`
    const output = execFileSync('sh', ['-c', script], { encoding: 'utf8', timeout: 20_000, stdio: ['ignore', 'pipe', 'ignore'] })
    expect(output).toContain('"title":"Learn Dapr"')
    expect(output).toContain('"status":"completed"')
    expect(output).toContain('"type":"task_completed"')
  })

  test('says in lines of their own what its apps say', async () => {
    const id = await notified(first.api, first.notifications)
    await first.run.says(new RegExp(`^task-api +\\| Notification sent for task ${id}`, 'm'))
    await first.run.says(new RegExp(`^notification-service +\\| Notification stored .*task_id=${id}`, 'm'))
    expect(first.run.text()).not.toMatch(/^.* daprd \| /m)
  })

  test('keeps what can never be handled as a dead letter, and takes it again when it is replayed at once', async () => {
    const { command = '' } = processesOf(first.checkout.folder).find(({ command: text }) => text.includes('--app-id=task-api')) ?? {}
    const sidecar = `http://127.0.0.1:${/--dapr-http-port=(\d+)/.exec(command)?.[1] ?? ''}`
    const event = { specversion: '1.0', id: randomUUID(), source: 'test', type: 'task.exploded', datacontenttype: 'application/json', data: {} }
    const headers = { 'content-type': 'application/cloudevents+json' }
    expect((await ask(`${sidecar}/v1.0/publish/pubsub/task-events`, { method: 'POST', body: event, headers })).status).toBe(204)
    const kept = async () => (await deadLettersAt(sidecar)).find(({ id }) => id === event.id)
    const letter = await until('dead letter', 20, kept)
    await dlq(['replay', event.id, '--sidecar', sidecar])
    await until('the dead letter again', 20, async () => { const again = await kept(); return again !== undefined && again.last_failed_at > letter.last_failed_at })
    expect(await dlq(['drop', event.id, '--sidecar', sidecar])).toMatchObject({ code: 0 })
  }, 60_000)

  test('listens on loopback only, but for the health port of the scheduler, which Dapr binds everywhere', async () => {
    const pids = processesOf(first.checkout.folder).map(({ pid }) => pid)
    const tables = ['tcp', 'tcp6'].flatMap((name) => execFileSync('cat', [`/proc/net/${name}`], { encoding: 'utf8' }).split('\n').slice(1))
    const sockets = new Set(pids.flatMap((pid) => execFileSync('sh', ['-c', `ls -l /proc/${pid}/fd 2>/dev/null | grep -o 'socket:\\[[0-9]*' | tr -dc '0-9\\n'`], { encoding: 'utf8' }).split('\n')))
    const listening = tables.map((line) => line.trim().split(/\s+/)).filter(([, , , state, , , , , , inode]) => state === '0A' && inode && sockets.has(inode))
    const elsewhere = listening.filter(([, local]) => !local?.startsWith('0100007F:'))
    expect(listening.length).toBeGreaterThan(8)
    expect(elsewhere).toHaveLength(1)
  })

  test('starts a service again, and no other, when its code changes; its sidecar and its state stay', async () => {
    const { run, checkout, api, notifications } = first
    const id = await notified(api, notifications)
    const sidecars = () => processesOf(checkout.folder).filter(({ command }) => command.includes('--app-id')).map(({ pid }) => pid)
    const before = sidecars()
    appendFileSync(join(checkout.folder, 'service/notification-service/routes.ts'), '\n// touched\n')
    await run.says(/^notification-service +\| Ready again$/m)
    expect(run.text()).not.toMatch(/^task-api +\| Restarting/m)
    expect(sidecars()).toEqual(before)
    expect((await ask(`${notifications}/notifications/${id}-2`)).status).toBe(200)
    await notified(api, notifications)
  })

  test('waits for the mend of a change that does not start, and delivers again what was refused meanwhile', async () => {
    const { run, checkout, api, notifications } = first
    const file = join(checkout.folder, 'service/notification-service/app.ts')
    appendFileSync(file, 'no code (\n')
    await run.says(/^notification-service +\| It does not start after this change/m)
    const { id } = await createTask(api)
    await setStatus(api, id, 'completed')
    await run.says(/^task-api +\| error: Handler failed, the event will be delivered again.*\n[^]*^task-api +\| error: Handler failed/m)
    execFileSync('sed', ['-i', '$d', file])
    await until('notification', 30, async () => (await ask(`${notifications}/notifications/${id}-2`)).status === 200)
  }, 60_000)

  test('runs beside the one of another checkout, and neither sees the other', async () => {
    const second = await startReady()
    const id = await notified(second.api, second.notifications)
    expect((await ask(`${first.api}/tasks/${id}`)).status).toBe(404)
    expect((await ask(`${first.notifications}/notifications/${id}-2`)).status).toBe(404)
    await notified(first.api, first.notifications)
    second.run.signal('SIGINT')
    expect(await second.run.ended()).toBe(130)
    await nothingIsLeft(second.checkout.folder, second.offset)
  }, 120_000)

  test('fails a start on the same ports in one line', async () => {
    const { checkout, start } = await open()
    const run = start({}, first.offset)
    expect(await run.ended()).toBe(6)
    const port = apiPort + first.offset
    expect(run.text().trimEnd().split('\n').at(-1)).toMatch(new RegExp(`^port ${port} of task-api is in use by process \\d+ \\(node\\): stop that, or \`npm start -- --port-offset 1000\`$`))
    await until('end of all processes', 10, async () => processesOf(checkout.folder).length === 0)
  }, 60_000)

  test('fails a second start in the same folder in one line', async () => {
    const run = startStack(first.checkout.folder, ['--port-offset', `${first.offset}`])
    expect(await run.ended()).toBe(6)
    expect(run.text()).toMatch(new RegExp(`^process ${first.run.pid} runs from .+ already: .+\n$`))
  })

  test('ends with the name of a sidecar that died', async () => {
    const sidecar = processesOf(first.checkout.folder).find(({ command }) => command.includes('--app-id=task-api'))
    process.kill(sidecar?.pid ?? 0, 'SIGKILL')
    expect(await first.run.ended()).toBe(5)
    expect(first.run.text()).toContain('task-api daprd ended (SIGKILL), so the run ends.')
    await nothingIsLeft(first.checkout.folder, first.offset)
  }, 60_000)
})

describe('Ctrl-C leaves nothing behind', () => {
  const interrupt = async (run: Started, folder: string, offset: number): Promise<void> => {
    run.signal('SIGINT')
    expect(await run.ended()).toBe(130)
    await nothingIsLeft(folder, offset)
  }

  test('while the manifests are made', async () => {
    const { checkout: { folder }, offset, start } = await open()
    const run = start()
    await until('synth', 20, async () => processesOf(folder).some(({ command }) => command.includes('infra/main.ts')))
    await interrupt(run, folder, offset)
  }, 60_000)

  const stages = [['when the apps are about to start', /manifests of the local environment: /], ['before it is ready', /Server listening/], ['when it is ready', ready]] as const
  test.each(stages)('%s', async (_stage, pattern) => {
    const { checkout: { folder }, offset, start } = await open()
    const run = start()
    await run.says(pattern)
    await interrupt(run, folder, offset)
    if (pattern === ready) expect(run.text()).not.toContain('is left to the end of its lease') // the service had its sidecar until it ended
  }, 120_000)

  test('a second one ends at once what does not end by itself', async () => {
    const { checkout: { folder }, offset, start } = await open()
    const run = start()
    await run.says(ready)
    for (const { pid, command } of processesOf(folder)) if (command.includes('--app-id')) process.kill(pid, 'SIGSTOP')
    run.signal('SIGINT')
    await run.says(/Draining/)
    await delay(600)
    await interrupt(run, folder, offset)
  }, 60_000)

  test('while Dapr is built', async () => {
    const { checkout: { folder }, offset, start } = await open()
    const cache = mkdtempSync(join(tmpdir(), 'dapr-stack-cache-'))
    const goEnv = (name: string) => execFileSync('go', ['env', name], { encoding: 'utf8' }).trim()
    const path = (process.env['PATH'] ?? '').split(delimiter).filter((entry) => !existsSync(join(entry, 'daprd')))
    const PATH = [resolve('node_modules/.bin'), ...path].join(delimiter)
    const run = start({ XDG_CACHE_HOME: cache, GOCACHE: goEnv('GOCACHE'), GOMODCACHE: goEnv('GOMODCACHE'), HOME: cache, PATH })
    await run.says(/building daprd/)
    await interrupt(run, folder, offset)
    expect([...readdirSync(join(cache, 'dapr-stack/scratch')), ...readdirSync(join(cache, 'dapr-stack/locks'))]).toEqual([])
    rmSync(cache, { recursive: true })
  }, 120_000)
})

test('a runner that is killed takes its processes with it, and the next start clears up', async () => {
  const { checkout, offset, start } = await open()
  const killed = start()
  await killed.says(ready)
  killed.signal('SIGKILL')
  await until('end of all processes', 15, async () => processesOf(checkout.folder).length === 0)
  const next = start()
  await next.says(ready)
  next.signal('SIGTERM')
  expect(await next.ended()).toBe(143)
  await nothingIsLeft(checkout.folder, offset)
}, 120_000)
