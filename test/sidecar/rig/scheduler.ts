import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'

import { schedulerCommand } from '../../../cli/local/commands.ts'
import { folderOf } from '../../../cli/local/folder.ts'
import { ensureTool } from '../../../toolchain/tools.ts'
import { type Child, orEnd, startChild } from './child.ts'
import { freePorts } from './free-ports.ts'
import { until } from './until.ts'

export interface Scheduler {
  /** Where sidecars reach it (`--scheduler-host-address`). */
  readonly port: number
  readonly process: Child
}

/** Starts a real scheduler on loopback, as the local run does, that keeps its jobs below the folder. */
export const startScheduler = async (cwd: string): Promise<Scheduler> => {
  const program = await ensureTool('scheduler', (line) => { process.stderr.write(`${line}\n`) })
  const [api = 0, health = 0, client = 0, peer = 0] = await freePorts(4)
  const folder = folderOf(join(cwd, 'scheduler'), 0)
  await mkdir(folder.temporary, { recursive: true })
  const { file, args, cwd: where, env } = schedulerCommand(program, { api, health, client, peer }, folder, false)
  const child = startChild(file, args, { cwd: where, env: Object.fromEntries(Object.entries(env).map(([name, value]) => [name, value ?? ''])) })
  await orEnd(child, until('scheduler', 60, async () => {
    if (child.ended !== undefined) throw new Error(child.lines.slice(-5).join('\n'))
    return (await fetch(`http://127.0.0.1:${health}/healthz`)).ok
  }))
  return { port: api, process: child }
}
