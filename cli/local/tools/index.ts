import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

import { programBeside } from '../../../toolchain/beside.ts'
import { ExpectedError } from '../../../toolchain/errors.ts'
import { versions } from '../../../toolchain/versions.ts'
import type { Folder } from '../folder.ts'
import type { Host } from '../host.ts'
import type { Processes } from '../processes.ts'
import { candidateFolders, installedServer, installedTools } from './installed.ts'
import type { Failure, Report } from './report.ts'

/** The programs that a run needs, by their absolute paths. */
export interface Tools {
  readonly daprd: string
  readonly scheduler: string
  readonly 'nats-server': string
}

/** A tool could not be had. */
class NoTool extends ExpectedError {
  override readonly name = 'NoTool'
  override readonly exitCode: number

  constructor(message: string, exitCode: number) {
    super(message)
    this.exitCode = exitCode
  }
}

const program = programBeside(import.meta.url, './main')

const mend = `install Go 1.26 or newer, or both nats-server ${versions.nats} on the PATH and the Dapr CLI with \`dapr init --slim --runtime-version ${versions.dapr}\``

const failed = async ({ message, lacks, isOutput, exitCode }: Failure, { data }: Folder): Promise<NoTool> => {
  if (!isOutput) return new NoTool(lacks === undefined ? message : `${lacks}: ${mend}`, exitCode)
  const log = join(data, 'build.log')
  await writeFile(log, `${message}\n`)
  return new NoTool(`daprd, the scheduler or nats-server could not be built (${log} has it all): ${message.trim().split('\n').at(-1) ?? ''}`, exitCode)
}

const build = async (names: readonly (keyof Tools)[], host: Host, folder: Folder, processes: Processes): Promise<Partial<Tools>> => {
  let last: Report | undefined
  const args = [program, ...names]
  // Go keeps what it works on there, and does not remove it when it is ended by a signal.
  const GOTMPDIR = join(folder.temporary, 'go')
  await mkdir(GOTMPDIR)
  const child = processes.start({ name: 'tools', file: host.node, args, cwd: host.root, env: { GOTMPDIR } }, (line, stream) => {
    if (stream === 'stderr') return
    last = JSON.parse(line) as Report // the program prints nothing else
    if ('progress' in last) host.print(last.progress)
  })
  const ended = await child.ended
  if (last && 'paths' in last) return last.paths
  if (last && 'failure' in last) throw await failed(last.failure, folder)
  throw new NoTool(`the programs of the run could not be got ready (${ended}): ${child.tail.join(' ')}`, 1)
}

/**
 * Finds daprd, the scheduler and nats-server on PATH or in the Dapr CLI's folder when they fit, and else in this project's cache, built once.
 * @throws ExpectedError in one line when they cannot be had
 */
export const findTools = async (host: Host, folder: Folder, processes: Processes): Promise<Tools> => {
  const folders = candidateFolders(host.env['PATH'] ?? '', host.home)
  const installed = { ...(await installedTools(folders, versions.dapr)), ...(await installedServer(folders, versions.nats)) }
  const missing = (['daprd', 'scheduler', 'nats-server'] as const).filter((name) => installed[name] === undefined)
  const built = missing.length > 0 ? await build(missing, host, folder, processes) : {}
  return { daprd: '', scheduler: '', 'nats-server': '', ...built, ...installed }
}
