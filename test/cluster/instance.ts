import { existsSync } from 'node:fs'
import { mkdir, readFile, readdir, rename, rm, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { cacheFolder, digest } from '../../toolchain/cache.ts'
import { ExpectedError } from '../../toolchain/errors.ts'
import { isRunning, type Owner } from '../../toolchain/owner.ts'
import { versions } from '../../toolchain/versions.ts'
import type { Namespaces } from './namespaces.ts'

const checkout = fileURLToPath(new URL('../../', import.meta.url))
const clusters = (): string => cacheFolder('clusters')

/** What is written down about a cluster that was started, so that a later process can find it and end it. */
export interface Running {
  /** Tells the instances of one machine apart in names and addresses. */
  readonly index: number
  /** PID 1 of the cluster's namespaces, by its number outside of them. Ending it ends the cluster. */
  readonly init: Owner
  /** The process that made the namespaces; it ends when `init` does. */
  readonly parent: Owner
  /** What it was made of; a cluster of other versions is not the one that is wanted. */
  readonly versions: string
  /** How far `up` has come. */
  readonly stage: 'starting' | 'kubernetes' | 'dapr'
}

/** Raised when a cluster is put together in another way, of the same versions. */
const layout = 2

/** What a cluster started now would be made of. */
export const presentVersions = (): string => digest({ ...versions, layout })

/** One cluster of this machine. Every checkout has one of its own. */
export interface Instance {
  readonly key: string
  /** Holds everything below, and the images, which stay from one run to the next. */
  readonly folder: string
  /** Certificates, settings, data and logs of the present run. */
  readonly runFolder: string
  readonly logFolder: string
  readonly kubeconfig: string
}

/** The instance of a key. Default key - this checkout's own. */
export function instanceOf(key: string = digest(checkout)): Instance {
  const folder = join(clusters(), key)
  const runFolder = join(folder, 'run')
  return { key, folder, runFolder, logFolder: join(runFolder, 'logs'), kubeconfig: join(runFolder, 'kubeconfig') }
}

/** The keys of all instances that were ever started on this machine. */
export async function knownInstances(): Promise<readonly Instance[]> {
  if (!existsSync(clusters())) return []
  return (await readdir(clusters())).map((key) => instanceOf(key))
}

const recordOf = (instance: Instance): string => join(instance.folder, 'running.json')

/** The record of a started cluster, whether it still lives or not. */
export async function readRecord(instance: Instance): Promise<Running | undefined> {
  const file = recordOf(instance)
  return existsSync(file) ? JSON.parse(await readFile(file, 'utf8')) as Running : undefined
}

/** The record of a cluster whose PID 1 still runs. */
export async function readLiving(instance: Instance): Promise<Running | undefined> {
  const record = await readRecord(instance)
  return record !== undefined && isRunning(record.init) ? record : undefined
}

/** Like readLiving; throws ExpectedError when the cluster is not up. */
export async function requireLiving(instance: Instance): Promise<Running> {
  const record = await readLiving(instance)
  if (record !== undefined) return record
  throw new ExpectedError('the test cluster is not up: run "npm run cluster -- up", or set KUBECONFIG to a cluster of your own')
}

/** How to reach into a started cluster. */
export const namespacesOf = ({ logFolder }: Instance, { init, parent }: Running): Namespaces => ({ init, parent, logFolder })

export async function writeRecord(instance: Instance, record: Running): Promise<void> {
  const file = recordOf(instance)
  await mkdir(dirname(file), { recursive: true })
  await writeFile(`${file}.new`, JSON.stringify(record, null, 2))
  await rename(`${file}.new`, file)
}

export const removeRecord = (instance: Instance): Promise<void> => rm(recordOf(instance), { force: true })

/** The locks: one for the choice of an index among all instances, one for each instance. */
export const indexLock = (): string => cacheFolder('locks', 'cluster-index')
export const instanceLock = (instance: Instance): string => cacheFolder('locks', `cluster-${instance.key}`)
