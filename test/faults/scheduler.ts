import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'

import { schedulerCommand } from '../../cli/local/commands.ts'
import { folderOf } from '../../cli/local/folder.ts'
import { ensureTool } from '../../toolchain/tools.ts'
import { until } from '../sidecar/rig/until.ts'
import type { Host } from './host.ts'
import { createManaged, type Managed } from './managed.ts'

/** How many ports a scheduler takes. */
export const portsOfScheduler = 4

/** A real scheduler, which listens on the first of its ports and is there to the end of the run. */
export const startScheduler = async (host: Host, folder: string, [api = 0, health = 0, client = 0, peer = 0]: readonly number[]): Promise<Managed> => {
  const program = await ensureTool('scheduler', host.print)
  const files = folderOf(join(folder, 'scheduler'), 0)
  await mkdir(files.temporary, { recursive: true })
  const { file, args, cwd } = schedulerCommand(program, { api, health, client, peer }, files, false)
  const scheduler = createManaged({ name: 'scheduler', file, args, cwd, env: { PATH: host.path, HOME: host.home, NAMESPACE: 'default' }, logFile: join(folder, 'scheduler.log') })
  scheduler.start()
  await until('scheduler', 30, async () => (await fetch(`http://127.0.0.1:${health}/healthz`)).ok)
  return scheduler
}
