import { z } from 'zod'

import { inventoryRecord, recordLabel } from '../../config/define/index.ts'
import { contentDigest } from '../../infra/constructs/content-digest.ts'
import { type ClusterPort, type KubeObject, type ObjectRef, refOf } from '../kube/port.ts'
import { type Desired, ownLabels } from './desired.ts'

const Owned = z.object({
  apiVersion: z.string(),
  kind: z.string(),
  name: z.string(),
  namespace: z.string().optional(),
  digest: z.string(),
})

/** An object that `up` applied, and the digest of what it applied. */
export type Owned = z.infer<typeof Owned>

const Held = z.object({ data: z.object({ objects: z.string() }) })

/** What an object is known by; its API version may change. */
const keyOf = ({ apiVersion, kind, namespace, name }: ObjectRef): string => [apiVersion.split('/')[0], kind, namespace, name].join(' ')

export const ownedOf = (object: KubeObject): Owned => {
  const { namespace, ...ref } = refOf(object)
  return { ...ref, ...(namespace !== undefined && { namespace }), digest: contentDigest(object) }
}

/** Finds the entry of an object; its API version may have changed. */
export const entriesOf = (owned: readonly Owned[]): ((ref: ObjectRef) => Owned | undefined) => {
  const byKey = new Map(owned.map((entry) => [keyOf(entry), entry]))
  return (ref) => byKey.get(keyOf(ref))
}

/** What is in the inventory and no longer in the config. Pure. */
export const outdated = (owned: readonly Owned[], objects: readonly KubeObject[]): Owned[] => {
  const wanted = new Set(objects.map((object) => keyOf(refOf(object))))
  return owned.filter((entry) => !wanted.has(keyOf(entry)))
}

/** Reads the inventory of a stack; empty where none was written. */
export const readInventory = async (port: ClusterPort, stack: string, namespace: string): Promise<Owned[]> => {
  const found = await port.find({ apiVersion: 'v1', kind: 'ConfigMap', name: inventoryRecord(stack), namespace })
  const { data } = Held.safeParse(found)
  return data ? z.array(Owned).parse(JSON.parse(data.data.objects)) : []
}

/** Writes the inventory of a stack. */
export const writeInventory = async (port: ClusterPort, { stack, namespace }: Pick<Desired, 'stack' | 'namespace'>, owned: readonly Owned[]): Promise<void> => {
  const name = inventoryRecord(stack)
  const labels = { ...ownLabels(stack, name), [recordLabel]: 'inventory' }
  const record = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name, namespace, labels }, data: { objects: JSON.stringify(owned) } }
  await port.apply(record)
}
