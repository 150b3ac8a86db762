import { setTimeout as sleep } from 'node:timers/promises'

import { type ClusterPort, type KubeObject, type ObjectRef, refOf, shortName } from '../../kube/port.ts'
import { inventoryRecord } from '../../../config/define/index.ts'
import { atOnce, requestsAtOnce } from '../at-once.ts'
import { confirmed, requireAnswerable } from '../confirm.ts'
import { connect } from '../connection.ts'
import { type Context, inPhase } from '../context.ts'
import { findStack, type Found } from '../deployed.ts'
import { type Exit, StackError } from '../errors.ts'
import { readInventory } from '../inventory.ts'
import { downPlan, type Going, isClaimOf } from './plan.ts'

const everyMs = 300

const liveOf = async (port: ClusterPort, refs: readonly ObjectRef[]): Promise<KubeObject[]> =>
  (await atOnce(refs, requestsAtOnce, async (ref) => ((await port.serves(ref.apiVersion, ref.kind)) ? port.find(ref) : undefined))).filter((object) => object !== undefined)

const claimsOf = async (port: ClusterPort, { namespace }: Found, live: readonly KubeObject[]): Promise<KubeObject[]> => {
  const sets = live.filter(({ kind }) => kind === 'StatefulSet')
  if (sets.length === 0) return []
  return (await port.list('v1', 'PersistentVolumeClaim', { namespace })).filter((claim) => isClaimOf(claim, sets))
}

const planText = (plan: readonly Going[]): string =>
  plan.map(({ object, stays }) => (stays === undefined ? `- ${shortName(refOf(object))}` : `  ${shortName(refOf(object))}  stays: ${stays}`)).join('\n')

/** Waits until the objects are gone; another one under the same name is not waited for. */
const untilGone = async (port: ClusterPort, objects: readonly KubeObject[], { signal, options, output }: Context): Promise<void> => {
  const end = performance.now() + options.timeout * 1000
  for (let left = objects; left.length > 0; ) {
    signal.throwIfAborted()
    const found = await atOnce(left, requestsAtOnce, async (object) => ((await port.find(refOf(object)))?.metadata.uid === object.metadata.uid ? object : undefined))
    for (const [index, object] of left.entries()) {
      const ready = found[index] === undefined
      output.emit({ type: 'progress', object: shortName(refOf(object)), ready, detail: ready ? 'gone' : 'still there', pods: [] })
    }
    left = found.filter((object) => object !== undefined)
    if (left.length > 0 && performance.now() > end) {
      throw new StackError('timeout', `not gone after ${options.timeout} s: ${left.map((object) => shortName(refOf(object))).join(', ')}`, 'look for finalizers on them, then run down again')
    }
    if (left.length > 0) await sleep(everyMs, undefined, { signal })
  }
}

/** Pods go after their owners; the verb ends when they have. */
const podsOf = async (port: ClusterPort, { namespace, stack }: Found): Promise<KubeObject[]> => port.list('v1', 'Pod', { namespace, labels: `app.kubernetes.io/part-of=${stack}` })

const remove = async (context: Context, port: ClusterPort, found: Found, going: readonly KubeObject[]): Promise<void> => {
  const pods = await podsOf(port, found)
  for (const object of going) {
    context.signal.throwIfAborted()
    await port.remove(refOf(object))
    context.output.emit({ type: 'object', object: shortName(refOf(object)), did: 'removed' })
  }
  await untilGone(port, [...going, ...pods], context)
  await port.remove({ apiVersion: 'v1', kind: 'ConfigMap', name: inventoryRecord(found.stack), namespace: found.namespace })
}

/** `stack down`: removes what the inventory owns, and waits until it is gone. */
export const downVerb = async (context: Context): Promise<Exit> => {
  requireAnswerable('down', context)
  const { options, output } = context
  const { port } = await connect(options)
  const found = await findStack(context, port, 'inventory')
  const live = await liveOf(port, await readInventory(port, found.stack, found.namespace))
  const plan = downPlan([...live, ...(await claimsOf(port, found, live))], options.data)
  output.print(planText(plan))
  const going = plan.filter(({ stays }) => stays === undefined).map(({ object }) => object)
  if (!(await confirmed(context, `Remove ${going.length} objects of stack ${found.stack}?`))) {
    output.print('nothing was changed')
    return 'ok'
  }
  await inPhase(context, 'remove', () => remove(context, port, found, going))
  const kept = plan.filter(({ stays }) => stays !== undefined).map(({ object }) => shortName(refOf(object)))
  output.emit({ type: 'result', result: 'down', value: { removed: going.length, kept } })
  output.end()
  output.print(`down: ${going.length} objects removed; ${kept.length === 0 ? 'nothing stays' : `these stay: ${kept.join(', ')}`}`)
  return 'ok'
}
