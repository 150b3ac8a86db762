import { type ClusterPort, KubeRefusal, type KubeObject, refOf } from '../../kube/port.ts'
import { atOnce, requestsAtOnce } from '../at-once.ts'
import type { Desired } from '../desired.ts'
import { entriesOf, outdated, type Owned, ownedOf } from '../inventory.ts'
import { isOurs } from './ownership.ts'
import { type ObjectDiff, objectDiff } from './object-diff.ts'

const wouldBe = async (port: ClusterPort, object: KubeObject, entryOf: ReturnType<typeof entriesOf>, newNamespaces: readonly string[]): Promise<ObjectDiff> => {
  const ref = refOf(object)
  // Nothing can be asked of a namespace that is not there yet, nor of a kind.
  if (newNamespaces.includes(ref.namespace ?? '')) return { verdict: 'create', ref }
  try {
    const live = await port.find(ref)
    const applied = await port.apply(object, { dryRun: true })
    if (!live) return { verdict: 'create', ref }
    return objectDiff({ ref, live, applied, unchangedConfig: entryOf(ref)?.digest === ownedOf(object).digest })
  } catch (error) {
    if (error instanceof KubeRefusal) return { verdict: 'refuse', ref, why: error.message }
    throw error
  }
}

/** What of the inventory would go: only what is there, and is still ours. */
const wouldGo = async (port: ClusterPort, owned: Owned): Promise<ObjectDiff[]> => {
  const { digest: _, ...ref } = owned
  const live = await port.find(ref).catch((error: unknown) => {
    if (error instanceof KubeRefusal && error.status === 404) return undefined
    throw error
  })
  if (!live) return []
  return [isOurs(live) ? { verdict: 'remove', ref } : { verdict: 'keep', ref, why: 'it is not ours: somebody else has applied it anew' }]
}

const absentNamespaces = async (port: ClusterPort, objects: readonly KubeObject[]): Promise<string[]> => {
  const names = [...new Set(objects.flatMap(({ metadata }) => metadata.namespace ?? []))]
  const found = await atOnce(names, requestsAtOnce, (name) => port.find({ apiVersion: 'v1', kind: 'Namespace', name }))
  return names.filter((_, index) => found[index] === undefined)
}

/** What an apply of the config would change, object by object; asks by server-side dry run, and changes nothing. */
export const diffOf = async (port: ClusterPort, { objects }: Desired, owned: readonly Owned[]): Promise<ObjectDiff[]> => {
  const absent = await absentNamespaces(port, objects)
  const entryOf = entriesOf(owned)
  const [changes, gone] = await Promise.all([
    atOnce(objects, requestsAtOnce, (object) => wouldBe(port, object, entryOf, absent)),
    atOnce(outdated(owned, objects), requestsAtOnce, (entry) => wouldGo(port, entry)),
  ])
  return [...changes, ...gone.flat()]
}
