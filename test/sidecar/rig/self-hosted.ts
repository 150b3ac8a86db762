import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'

import type { AppOf } from '../../../config/define/index.ts'
import { stack, type TaskStack } from '../../../config/tasks/index.ts'
import { type Child, startChild } from './child.ts'
import { type Daprd, type DaprdOptions, startDaprd } from './daprd.ts'
import { freePorts } from './free-ports.ts'
import { type Redis, startRedis } from './redis.ts'
import { writeResources } from './resources.ts'
import { type Scheduler, startScheduler } from './scheduler.ts'
import { until } from './until.ts'

type App = AppOf<TaskStack>

/** A service process with its sidecar. */
export interface Running {
  readonly url: string
  readonly port: number
  readonly service: Child
  readonly sidecar: Daprd
  /** The service's log, parsed. */
  log(): Record<string, unknown>[]
}

export interface StartOptions {
  /** Components that the sidecar does not get. Default: none. */
  readonly leftOut?: readonly string[]
  /** Wait until `/ready` is 200. Default: true. */
  readonly ready?: boolean
  /** Further variables of the service's process. Default: none. */
  readonly env?: Readonly<Record<string, string>>
  /** Further flags of its sidecar. Default: none. */
  readonly flags?: DaprdOptions['flags']
  /** The folder that its sidecar reads. Default: what `resources` writes. */
  readonly resources?: string
}

/** A folder, a Redis, a scheduler, and as many services with sidecars as a test starts. */
export interface SelfHosted {
  readonly redis: Redis
  readonly scheduler: Scheduler
  readonly folder: string
  start(app: App, options?: StartOptions): Promise<Running>
  /** Starts the service of a running pair anew, on its port and beside its sidecar, once its process has ended. */
  restartService(app: App, running: Pick<Running, 'port' | 'sidecar'>): Child
  /** Writes the resources that sidecars read and gives their folder. */
  resources(leftOut?: readonly string[]): Promise<string>
  startSidecar(app: string, appPort: number, resources: string, httpPort?: number, flags?: DaprdOptions['flags']): Promise<Daprd>
  /** Ends every process and removes the folder. */
  stop(): Promise<void>
}

const parsed = (lines: readonly string[]): Record<string, unknown>[] =>
  lines.filter((line) => line.startsWith('{')).map((line) => JSON.parse(line) as Record<string, unknown>) // each line is one JSON object

const startService = (app: App, port: number, daprPort: number, env: Readonly<Record<string, string>>): Child =>
  startChild(process.execPath, [resolve(`service/${app}/main.ts`)], {
    cwd: resolve('.'),
    env: { APP_HOST: '127.0.0.1', APP_PORT: `${port}`, DAPR_HTTP_PORT: `${daprPort}`, ...env },
  })

export interface SelfHostedOptions {
  /** `spec.tracing` of every sidecar. Default: none. */
  readonly tracing?: object
  /** Puts something between a service and its sidecar: gives the port that the service calls instead of its sidecar's. Default: nothing. */
  readonly between?: (sidecarPort: number) => Promise<number>
}

/** Starts both, or neither. */
const startBoth = async (folder: string): Promise<[Redis, Scheduler]> => {
  const [redis, scheduler] = await Promise.allSettled([startRedis(folder), startScheduler(folder)])
  if (redis.status === 'fulfilled' && scheduler.status === 'fulfilled') return [redis.value, scheduler.value]
  for (const one of [redis, scheduler]) if (one.status === 'fulfilled') await one.value.process.stop()
  await rm(folder, { recursive: true, force: true })
  throw [redis, scheduler].find((one) => one.status === 'rejected')?.reason
}

/** Brings up a Redis and a scheduler for real sidecars; nothing of it listens beyond loopback. */
export const startSelfHosted = async ({ tracing, between = async (port) => port }: SelfHostedOptions = {}): Promise<SelfHosted> => {
  const folder = await mkdtemp(join(tmpdir(), 'dapr-stack-sidecar-'))
  const [redis, scheduler] = await startBoth(folder)
  const secretsFile = join(folder, 'secrets.json')
  await writeFile(secretsFile, JSON.stringify({ 'api-key': { 'api-key': 'a test key' }, 'mail-api-key': { key: 'a test key' } }))
  const children: Child[] = []
  let sets = 0
  const resources = async (leftOut: readonly string[] = []): Promise<string> => {
    const path = join(folder, `resources-${(sets += 1)}`)
    await writeResources(path, stack, { redisPort: redis.port, secretsFile }, leftOut)
    return path
  }
  const startSidecar = async (app: string, appPort: number, path: string, httpPort?: number, flags: DaprdOptions['flags'] = {}): Promise<Daprd> => {
    const sidecar = await startDaprd({ app, appPort, cwd: folder, resources: path, schedulerPort: scheduler.port, tracing, flags, ...(httpPort === undefined ? {} : { httpPort }) })
    children.push(sidecar.process)
    return sidecar
  }
  const start = async (app: App, { leftOut = [], ready = true, env = {}, flags = {}, resources: path }: StartOptions = {}): Promise<Running> => {
    const [port = 0, daprPort = 0] = await freePorts(2)
    const service = startService(app, port, await between(daprPort), env)
    children.push(service)
    const sidecar = await startSidecar(app, port, path ?? (await resources(leftOut)), daprPort, flags)
    const url = `http://127.0.0.1:${port}`
    if (ready) await until(`ready ${app}`, 60, async () => (await fetch(`${url}/ready`)).ok)
    return { url, port, service, sidecar, log: () => parsed(service.lines) }
  }
  const restartService: SelfHosted['restartService'] = (app, { port, sidecar }) => {
    const service = startService(app, port, sidecar.httpPort, {})
    children.push(service)
    return service
  }
  const stop = async (): Promise<void> => {
    await Promise.all(children.map((child) => child.stop()))
    await Promise.all([redis.process.stop(), scheduler.process.stop()])
    await rm(folder, { recursive: true, force: true })
  }
  return { redis, scheduler, folder, start, restartService, resources, startSidecar, stop }
}
