import { readFile, writeFile } from 'node:fs/promises'

import { z } from 'zod'

import { type Folder, folderOf, isTaken } from './folder.ts'

const RunningApps = z.object({ apps: z.array(z.object({ id: z.string(), port: z.number(), sidecar: z.number() })) })

/** Where the apps of a run listen, and the HTTP APIs of their sidecars: ports of the loopback. */
export type RunningApps = z.infer<typeof RunningApps>

/** Tells others where the run's apps and sidecars are. */
export const tellRunning = ({ running }: Pick<Folder, 'running'>, apps: RunningApps): Promise<void> => writeFile(running, JSON.stringify(apps))

/** The run of a checkout that has this port offset, and its folder; undefined where none runs. */
export const findRunning = async (root: string, portOffset: number): Promise<{ readonly apps: RunningApps['apps']; readonly folder: Folder } | undefined> => {
  const folder = folderOf(root, portOffset)
  if (!(await isTaken(folder))) return undefined
  const text = await readFile(folder.running, 'utf8').catch(() => undefined)
  return text === undefined ? undefined : { ...RunningApps.parse(JSON.parse(text)), folder }
}
