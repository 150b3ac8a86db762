import { relative } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'

import { step } from '../../toolchain/progress.ts'
import { closeFolder, folderOf, openFolder } from './folder.ts'
import type { Host } from './host.ts'
import { addressOf, prepareJetStream } from './jetstream/start.ts'
import { withAddress } from './jetstream/plan.ts'
import { type Context, launch, type PlacedRun } from './launch.ts'
import type { Manifest } from './manifests.ts'
import type { Options } from './options.ts'
import { type RunPlan, planRun } from './plan.ts'
import { freePorts, requireFreePorts } from './ports.ts'
import { createProcesses } from './processes.ts'
import { untilReady } from './ready.ts'
import { writeResources } from './resources.ts'
import { openRunLog } from './run-log.ts'
import { readyScreen } from './screen.ts'
import { synthesize } from './synth.ts'
import { findTools, type Tools } from './tools/index.ts'

/** How a run is ended from outside. */
export interface Ending {
  /** Aborted: end the run in good order. */
  readonly stop: AbortSignal
  /** Aborted: end it at once. */
  readonly atOnce: AbortSignal
}

const readySeconds = 60

/** Gives each server a port, and tells the components that name it. */
const place = async (plan: RunPlan): Promise<PlacedRun> => {
  const ports = await freePorts(plan.jetStream.length, plan.apps.map(({ port }) => port))
  const servers = plan.jetStream.map((server, index) => ({ ...server, port: ports[index] ?? 0 }))
  const placed = (resource: Manifest): Manifest => servers.reduce((changed, server) => withAddress(changed, server, addressOf(server)), resource)
  return { ...plan, servers, resources: plan.resources.map(placed) }
}

const prepare = async ({ host, options, folder, processes }: Context): Promise<{ plan: PlacedRun; tools: Tools }> => {
  const [manifests, tools] = await Promise.all([
    step(host.print, 'manifests of the local environment', () => synthesize(host, folder, processes)),
    step(host.print, 'daprd, scheduler and nats-server', () => findTools(host, folder, processes)),
  ])
  const plan = await place(planRun(manifests, options.portOffset))
  await requireFreePorts(plan.apps)
  await writeResources(plan, folder)
  for (const server of plan.servers) await prepareJetStream(server, folder)
  return { plan, tools }
}

const work = async (context: Context): Promise<void> => {
  const { host, folder, signal } = context
  const { plan, tools } = await prepare(context)
  await launch(context, plan, tools)
  await Promise.all(plan.apps.map((app) => step(host.print, `${app.id} ready`, () => untilReady(app, readySeconds, signal))))
  if (signal.aborted) return
  for (const line of readyScreen(plan.apps, relative(host.root, folder.data), performance.now() / 1000)) host.print(line)
  await sleep(2 ** 31 - 1, undefined, { signal }).catch(() => undefined)
}

/**
 * Runs a stack on this machine until `stop` is aborted, and leaves no process and no temporary file behind.
 * @throws ExpectedError when it cannot start, or when one of its processes ends by itself
 */
export const run = async (options: Options, host: Host, { stop, atOnce }: Ending): Promise<void> => {
  const folder = folderOf(host.root, options.portOffset)
  await openFolder(folder, host.pid)
  const ended = new AbortController()
  const failure = Promise.withResolvers<undefined>()
  const stopped = new Promise<undefined>((resolve) => stop.addEventListener('abort', () => resolve(undefined)))
  const processes = createProcesses(host)
  const log = openRunLog(folder)
  const working = work({ host, options, folder, processes, log, signal: ended.signal, fail: failure.reject })
  try {
    await Promise.race([working, failure.promise, stopped])
  } finally {
    ended.abort()
    await processes.stop(atOnce)
    await working.catch(() => undefined)
    await log.close()
    await closeFolder(folder)
  }
}
