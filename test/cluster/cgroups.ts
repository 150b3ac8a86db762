import { existsSync } from 'node:fs'
import { mkdir, readFile, readdir, rmdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { errorCode } from '../../toolchain/errors.ts'
import { until } from './until.ts'

const ROOT = '/sys/fs/cgroup'

/** Whether the machine has cgroup v1, also beside cgroup v2. */
export const hasCgroupV1 = (): boolean => existsSync(join(ROOT, 'memory', 'tasks'))

/** The mounted hierarchies; where a machine has cgroup v2 beside v1, runc makes folders in that one too. */
async function hierarchies(): Promise<readonly string[]> {
  const names = await readdir(ROOT)
  return names.map((name) => join(ROOT, name)).filter((folder) => existsSync(join(folder, 'cgroup.procs')))
}

/** Makes the cluster's folder in every hierarchy. */
export async function makeCgroups(name: string): Promise<void> {
  for (const hierarchy of await hierarchies()) {
    await mkdir(join(hierarchy, name), { recursive: true })
    // A new cpuset is empty, and no process can be in an empty one.
    if (existsSync(join(hierarchy, 'cpuset.cpus'))) await copyCpuset(hierarchy, name)
  }
}

async function copyCpuset(hierarchy: string, name: string): Promise<void> {
  for (const file of ['cpuset.cpus', 'cpuset.mems']) {
    await writeFile(join(hierarchy, name, file), await readFile(join(hierarchy, file), 'utf8'))
  }
}

/** Whether any hierarchy has the folder. */
export async function cgroupsExist(name: string): Promise<boolean> {
  return (await hierarchies()).some((hierarchy) => existsSync(join(hierarchy, name)))
}

/** Removes the folder and those below it from every hierarchy; waits for processes that are about to end. */
export async function removeCgroups(name: string): Promise<void> {
  for (const hierarchy of await hierarchies()) await removeTree(join(hierarchy, name))
}

async function removeTree(folder: string): Promise<void> {
  if (!existsSync(folder)) return
  const below = (await readdir(folder, { withFileTypes: true })).filter((entry) => entry.isDirectory())
  for (const entry of below) await removeTree(join(folder, entry.name))
  await until(`${folder} to be empty`, () => rmdir(folder).then(() => true, (error: unknown) => gone(error)))
}

function gone(error: unknown): boolean {
  const code = errorCode(error)
  if (code === 'EBUSY') return false
  if (code === 'ENOENT') return true
  throw error
}
