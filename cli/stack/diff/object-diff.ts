import { fieldManager, type KubeObject, type ObjectRef } from '../../kube/port.ts'
import { type FieldChange, fieldChanges } from './fields.ts'
import { appliers, isOurs, ownerOf, type Owner } from './ownership.ts'
import { masked } from './secrecy.ts'

/** A field that an apply would set, and who set what is there. */
export interface FieldDiff extends FieldChange {
  readonly owner?: Owner
  /** Somebody changed it in the cluster after our last apply. */
  readonly drift: boolean
}

/** What an apply would do to an object. */
export type ObjectDiff =
  | { readonly verdict: 'create' | 'same'; readonly ref: ObjectRef }
  | { readonly verdict: 'change'; readonly ref: ObjectRef; readonly fields: readonly FieldDiff[] }
  /** Others applied it before, such as kubectl. */
  | { readonly verdict: 'take over'; readonly ref: ObjectRef; readonly fields: readonly FieldDiff[]; readonly from: readonly string[] }
  | { readonly verdict: 'remove'; readonly ref: ObjectRef }
  /** It is in the inventory, but is not ours any more. */
  | { readonly verdict: 'keep'; readonly ref: ObjectRef; readonly why: string }
  /** The API server would not take it. */
  | { readonly verdict: 'refuse'; readonly ref: ObjectRef; readonly why: string }

const bookkeeping = ['managedFields', 'resourceVersion', 'uid', 'generation', 'creationTimestamp', 'selfLink']

/** An object without what the API server keeps of it. */
const content = ({ status: _, metadata, ...rest }: KubeObject): unknown => ({ ...rest, metadata: Object.fromEntries(Object.entries(metadata).filter(([key]) => !bookkeeping.includes(key))) })

export interface Compared {
  readonly ref: ObjectRef
  readonly live: KubeObject
  /** What a server-side dry run of the apply gave. */
  readonly applied: KubeObject
  /** The config is what was applied last. */
  readonly unchangedConfig: boolean
}

/** Compares an object with what it would be after an apply. Pure. */
export const objectDiff = ({ ref, live, applied, unchangedConfig }: Compared): ObjectDiff => {
  const ours = isOurs(live)
  const fields = fieldChanges(content(live), content(applied)).map((change): FieldDiff => {
    const owner = ownerOf(live, change.path)
    const theirs = ours && owner !== undefined && owner.manager !== fieldManager
    return { ...masked(ref.kind, change), ...(owner && { owner }), drift: unchangedConfig || theirs }
  })
  const from = appliers(live)
  // An apply that owns nothing, as of a bare Namespace, leaves no name.
  if (from.length > 0 || (!ours && isOurs(applied))) return { verdict: 'take over', ref, fields, from: from.length > 0 ? from : ['others'] }
  return fields.length === 0 ? { verdict: 'same', ref } : { verdict: 'change', ref, fields }
}

const pending = ['create', 'change', 'take over', 'remove']

/** Whether an apply would do anything. */
export const isPending = ({ verdict }: ObjectDiff): boolean => pending.includes(verdict)
