import { z } from 'zod'

import { inventoryRecord, recordLabel } from '../../config/define/index.ts'
import { contentDigest } from '../../infra/constructs/content-digest.ts'
import { type ClusterPort, type KubeObject, type ObjectRef, refOf } from '../kube/port.ts'
import type { Desired } from './desired.ts'

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

const same = (a: ObjectRef, b: ObjectRef): boolean => a.kind === b.kind && a.name === b.name && a.namespace === b.namespace && a.apiVersion.split('/')[0] === b.apiVersion.split('/')[0]

export const ownedOf = (object: KubeObject): Owned => {
  const { namespace, ...ref } = refOf(object)
  return { ...ref, ...(namespace !== undefined && { namespace }), digest: contentDigest(object) }
}

/** The entry of an object; its API version may have changed. */
export const entryOf = (owned: readonly Owned[], ref: ObjectRef): Owned | undefined => owned.find((entry) => same(entry, ref))

/** What is in the inventory and no longer in the config. Pure. */
export const outdated = (owned: readonly Owned[], objects: readonly KubeObject[]): Owned[] =>
  owned.filter((entry) => !objects.some((object) => same(entry, refOf(object))))

/** Reads the inventory of a stack; empty where none was written. */
export const readInventory = async (port: ClusterPort, stack: string, namespace: string): Promise<Owned[]> => {
  const found = await port.find({ apiVersion: 'v1', kind: 'ConfigMap', name: inventoryRecord(stack), namespace })
  const { data } = Held.safeParse(found)
  return data ? z.array(Owned).parse(JSON.parse(data.data.objects)) : []
}

/** Writes the inventory of a stack. */
export const writeInventory = async (port: ClusterPort, { stack, namespace }: Pick<Desired, 'stack' | 'namespace'>, owned: readonly Owned[]): Promise<void> => {
  const name = inventoryRecord(stack)
  const labels = { 'app.kubernetes.io/name': name, 'app.kubernetes.io/part-of': stack, 'app.kubernetes.io/managed-by': 'dapr-stack', [recordLabel]: 'inventory' }
  const record = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name, namespace, labels }, data: { objects: JSON.stringify(owned) } }
  await port.apply(record)
}
