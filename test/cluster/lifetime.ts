import { rm } from 'node:fs/promises'
import { MachineCannot } from '../../toolchain/errors.ts'
import { withLock } from '../../toolchain/lock.ts'
import { addressesOf, MAX_INSTANCES } from './addresses.ts'
import { cgroupsExist, removeCgroups } from './cgroups.ts'
import { indexLock, knownInstances, presentVersions, readRecord, removeRecord, writeRecord, type Instance, type Running } from './instance.ts'
import { removeMountPoint } from './mounts.ts'
import { endNamespaces, startNamespaces } from './namespaces.ts'
import { anyLinkExists, linkExists } from './network.ts'
import { until } from './until.ts'

/** Starts the namespaces of an instance under the first free index of this machine, and writes it down. */
export function claim(instance: Instance): Promise<Running> {
  return withLock(indexLock(), async () => {
    const index = await firstFreeIndex()
    const { init, parent } = await startNamespaces(instance.logFolder)
    const record: Running = { index, init, parent, versions: presentVersions(), stage: 'starting' }
    await writeRecord(instance, record)
    return record
  })
}

/** Ends an instance in whatever state it is, and removes what shows of it on the machine. */
export async function discard(instance: Instance): Promise<void> {
  await withLock(indexLock(), async () => {
    const record = await readRecord(instance)
    if (record === undefined) return
    const addresses = addressesOf(record.index)
    await endNamespaces(record)
    await until('the link of the cluster to go', async () => !(await linkExists(addresses)))
    await removeCgroups(addresses.cgroup)
    await removeRecord(instance)
    if (!(await anyLinkExists())) await removeMountPoint()
  })
  await rm(instance.runFolder, { recursive: true, force: true })
}

async function firstFreeIndex(): Promise<number> {
  const records = await allRecords()
  for (let index = 0; index < MAX_INSTANCES; index++) {
    const addresses = addressesOf(index)
    const taken = records.some((record) => record.index === index) || await linkExists(addresses) || await cgroupsExist(addresses.cgroup)
    if (!taken) return index
  }
  throw new MachineCannot(`all ${MAX_INSTANCES} places for test clusters are taken`, 'take some down with "npm run cluster -- down" in their checkouts')
}

async function allRecords(): Promise<readonly Running[]> {
  const records = await Promise.all((await knownInstances()).map(readRecord))
  return records.filter((record) => record !== undefined)
}
