import { writeFile } from 'node:fs/promises'
import { createServer, type Server } from 'node:http'
import { join } from 'node:path'

import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals'
import { stringify } from 'yaml'

import { healthRoute } from '../../config/define/index.ts'
import { stack } from '../../config/tasks/index.ts'
import { CalleeUnavailable, createHttpSidecar, InvocationRefused, type Sidecar } from '../../service/dapr/index.ts'
import { limits } from '../../service/limits.ts'
import { find } from '../infra/manifest.ts'
import { taskObjects } from '../infra/task-objects.ts'
import { ask } from './rig/ask.ts'
import { freePorts } from './rig/free-ports.ts'
import { type SelfHosted, startSelfHosted } from './rig/self-hosted.ts'
import { until } from './rig/until.ts'

let host: SelfHosted
let sidecar: Sidecar
let sidecarUrl: string
let callee: Server
/** What the callee answers, in turn; 200 when there is nothing more. A real service does not fail at a wish. */
const answers: number[] = []
let asked = 0

const serveCallee = async (port: number): Promise<Server> => {
  const server = createServer(({ url }, response) => {
    if (url !== healthRoute) asked += 1
    response.statusCode = url === healthRoute ? 200 : (answers.shift() ?? 200)
    response.setHeader('content-type', 'application/json').end('{}')
  })
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve))
  return server
}

/** The resources of the rig with the Resiliency that infra makes for task-api. */
const resources = async (change: (text: string) => string = (text) => text): Promise<string> => {
  const folder = await host.resources()
  await writeFile(join(folder, 'resiliency-resiliency.yaml'), change(stringify(find(taskObjects(), 'Resiliency', 'task-api'))))
  return folder
}

const caller = async (folder: string): Promise<string> => {
  const [appPort = 0] = await freePorts(1)
  const app = await serveCallee(appPort)
  apps.push(app)
  const { httpPort } = await host.startSidecar('task-api', appPort, folder)
  return `http://127.0.0.1:${httpPort}`
}
const apps: Server[] = []
const notify = (through: Sidecar = sidecar) => through.invoke('notification-service', 'notify', {})

beforeAll(async () => {
  host = await startSelfHosted()
  const [calleePort = 0] = await freePorts(1)
  callee = await serveCallee(calleePort)
  apps.push(callee)
  await host.startSidecar('notification-service', calleePort, await host.resources())
  sidecarUrl = await caller(await resources())
  sidecar = createHttpSidecar({ origin: sidecarUrl, callMs: limits.sidecarCallMs, invocationMs: limits.invocationMs })
  await until('the way to the callee', 20, async () => notify())
}, 600_000)
afterEach(() => {
  answers.length = 0
  asked = 0
})
afterAll(async () => {
  await sidecar.close()
  await host.stop()
  for (const app of apps) {
    app.closeAllConnections()
    app.close()
  }
}, 60_000)

describe('an invocation', () => {
  test('of an idempotent method is made again after a failure of the callee', async () => {
    asked = 0
    answers.push(503, 500)
    expect(await notify()).toEqual({})
    expect(asked).toBe(3)
  })

  test.each([400, 404, 409, 422, 429])('fails at once with a %d of the callee', async (status) => {
    answers.push(status)
    await expect(notify()).rejects.toThrow(status === 429 ? CalleeUnavailable : InvocationRefused)
    expect(asked).toBe(1)
  })

  test('fails after one attempt where its method may not be repeated', async () => {
    const through = createHttpSidecar({ origin: await caller(await resources((text) => text.replaceAll('retry: invocation\n', '\n'))), callMs: limits.sidecarCallMs, invocationMs: limits.invocationMs })
    await until('the way to the callee', 20, async () => notify(through))
    asked = 0
    answers.push(503)
    await expect(notify(through)).rejects.toThrow(CalleeUnavailable)
    expect(asked).toBe(1)
    await through.close()
  }, 60_000)

  test('fails without an attempt while the callee keeps failing, and works again once it does not', async () => {
    const { breakerFailures } = stack.resilience
    await notify() // Failures in a row are counted over all calls before, refusals too.
    asked = 0
    answers.push(...Array<number>(200).fill(500))
    await Promise.allSettled(Array.from({ length: 4 }, () => notify()))
    expect(asked).toBeGreaterThanOrEqual(breakerFailures)
    const before = asked
    await expect(notify()).rejects.toThrow(CalleeUnavailable)
    expect(asked).toBe(before)
    answers.length = 0
    await until('an end of it', 10, async () => notify())
  }, 60_000)
})

test('a call of a store that hangs ends in bounded time, and is not made again', async () => {
  host.redis.process.signal('SIGSTOP')
  const answer = await ask(`${sidecarUrl}/v1.0/state/statestore/x`)
  host.redis.process.signal('SIGCONT')
  expect(answer).toMatchObject({ status: 500, body: { message: expect.stringContaining('deadline exceeded') } })
}, 60_000)
