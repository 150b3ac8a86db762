import { type ClusterPort, KubeRefusal, type KubeObject, type ObjectRef, refOf, shortName } from '../../kube/port.ts'
import { atOnce, requestsAtOnce } from '../at-once.ts'
import type { Context } from '../context.ts'
import type { ObjectDiff } from '../diff/object-diff.ts'
import { withoutAppliers } from '../diff/ownership.ts'
import { StackError } from '../errors.ts'
import type { Deed } from '../events.ts'

type Verdict = ObjectDiff['verdict']
const deeds: Partial<Record<Verdict, Deed>> = { create: 'created', change: 'changed', 'take over': 'taken over' }

const keyOf = ({ apiVersion, kind, namespace, name }: ObjectRef): string => [apiVersion, kind, namespace, name].join(' ')

/** Drops kubectl from the owners of an object, so that what goes from the config goes from the cluster. */
const dropAppliers = async (port: ClusterPort, applied: KubeObject): Promise<void> => {
  const left = withoutAppliers(applied)
  if (!left) return
  const version = { op: 'test', path: '/metadata/resourceVersion', value: applied.metadata['resourceVersion'] }
  await port.patch(refOf(applied), [version, { op: 'replace', path: '/metadata/managedFields', value: left }])
}

const applyOne = async (port: ClusterPort, object: KubeObject, diff: ObjectDiff | undefined): Promise<Deed> => {
  const did = diff && deeds[diff.verdict]
  if (did === undefined) return 'unchanged'
  const applied = await port.apply(object)
  if (did === 'taken over') await dropAppliers(port, applied)
  return did
}

/**
 * Applies the objects of which the diff says that something would change.
 * @throws StackError when the cluster refuses one
 */
export const applyAll = async (port: ClusterPort, objects: readonly KubeObject[], diffs: readonly ObjectDiff[], { output, signal }: Pick<Context, 'output' | 'signal'>): Promise<void> => {
  const byKey = new Map(diffs.map((diff) => [keyOf(diff.ref), diff]))
  await atOnce(objects, requestsAtOnce, async (object) => {
    signal.throwIfAborted()
    const name = shortName(refOf(object))
    try {
      const diff = byKey.get(keyOf(refOf(object)))
      const did = await applyOne(port, object, diff)
      output.emit({ type: 'object', object: name, did, ...(diff?.verdict === 'take over' && { why: `from ${diff.from.join(', ')}` }) })
    } catch (error) {
      if (!(error instanceof KubeRefusal)) throw error
      throw new StackError('failed', `the cluster refuses ${name}: ${error.message}`, 'mend it in the config, then run up again: what was applied before it stays', { cause: error })
    }
  })
}

const lasting = ['Namespace', 'PersistentVolumeClaim', 'PersistentVolume']

/** Removes what the config no longer has; data and namespaces stay. */
export const prune = async (port: ClusterPort, diffs: readonly ObjectDiff[], { output, signal }: Pick<Context, 'output' | 'signal'>): Promise<void> => {
  for (const diff of diffs) {
    const name = shortName(diff.ref)
    signal.throwIfAborted()
    if (diff.verdict === 'keep') output.emit({ type: 'object', object: name, did: 'kept', why: diff.why })
    if (diff.verdict !== 'remove') continue
    if (lasting.includes(diff.ref.kind)) {
      output.emit({ type: 'object', object: name, did: 'kept', why: 'it may hold data; remove it by hand' })
      continue
    }
    await port.remove(diff.ref)
    output.emit({ type: 'object', object: name, did: 'removed' })
  }
}
