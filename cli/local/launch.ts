import { type Command, schedulerCommand, serviceCommand, sidecarCommand } from './commands.ts'
import { ProcessEnded } from './errors.ts'
import type { Folder } from './folder.ts'
import type { Host } from './host.ts'
import { makeStreams } from './jetstream/setup.ts'
import { jetStreamCommand, type PlacedJetStream } from './jetstream/start.ts'
import { isAlarming, isExpected } from './log-line.ts'
import type { Options } from './options.ts'
import { createPrefix } from './output.ts'
import type { RunPlan } from './plan.ts'
import { freePorts } from './ports.ts'
import type { Processes, Running } from './processes.ts'
import type { RunLog } from './run-log.ts'
import { tellRunning } from './running.ts'
import { startService } from './service.ts'
import type { Tools } from './tools/index.ts'

/** What the parts of a run share. */
export interface Context {
  readonly host: Host
  readonly options: Options
  readonly folder: Folder
  readonly processes: Processes
  readonly log: RunLog
  /** Aborted when the run ends, whatever the reason. */
  readonly signal: AbortSignal
  readonly fail: (error: unknown) => void
}

/** What is started: the plan, and the servers that its components name, each at a port of this run. */
export interface PlacedRun extends RunPlan {
  readonly servers: readonly PlacedJetStream[]
}

/** Starts the servers, then the scheduler, and each app with its sidecar. The end of any of them is a failure of the run. */
export const launch = async ({ host, options, folder, processes, log, signal, fail }: Context, { apps, servers }: PlacedRun, tools: Tools): Promise<void> => {
  const prefix = createPrefix(apps.map(({ id }) => id), host.colours)
  const say = (name: string, line: string): void => host.print(prefix(name, line))
  const onEnd = ({ name, tail }: Running, how: string): void => {
    const last = tail.filter((line) => !isExpected(line)).map((line) => prefix(name, line))
    fail(new ProcessEnded(`${name} ended (${how}), so the run ends. It said last:\n${last.join('\n')}`))
  }
  const startTool = (command: Command): void => {
    const running = processes.start(command, (line) => {
      log.write(command.name, line)
      if (options.verbose || (isAlarming(line) && !signal.aborted)) say(command.name, line)
    })
    void running.ended.then((how) => onEnd(running, how))
  }
  for (const server of servers) startTool(jetStreamCommand(tools['nats-server'], server, folder))
  // A sidecar whose broker does not answer ends at once.
  await Promise.all(servers.map(({ port, setup }) => makeStreams(port, setup, signal)))
  const ports = await freePorts(4 + 3 * apps.length, [...apps, ...servers].map(({ port }) => port))
  const [api = 0, health = 0, client = 0, peer = 0, ...rest] = ports
  startTool(schedulerCommand(tools.scheduler, { api, health, client, peer }, folder, options.verbose))
  const sayAndKeep = (name: string, line: string): void => {
    log.write(name, line)
    say(name, line)
  }
  await tellRunning(folder, { apps: apps.map(({ id, port }, index) => ({ id, port, sidecar: rest[3 * index] ?? 0 })) })
  for (const [index, app] of apps.entries()) {
    const [http = 0, grpc = 0, internal = 0] = rest.slice(3 * index)
    const sidecar = { http, grpc, internal }
    startTool(sidecarCommand(tools.daprd, app, sidecar, api, folder, options.verbose))
    startService(app, serviceCommand(host.node, app, sidecar, host.root), { processes, signal, say: sayAndKeep, onEnd })
  }
}
