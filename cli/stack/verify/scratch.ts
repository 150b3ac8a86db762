import { randomBytes } from 'node:crypto'

import { applyInto, outside, type Range, removeNamespace, type Scratch, type StackVerification, untilAborted } from '../../verify/index.ts'
import type { AnyObject } from '../../kube/objects.ts'
import type { Connection } from '../connection.ts'
import type { Context } from '../context.ts'
import type { Found } from '../deployed.ts'
import { synthesize } from '../desired.ts'
import { StackError } from '../errors.ts'
import { subjectOf } from './subject.ts'

/** A name that no other namespace has. */
const freshNamespace = (stack: string): string => `${stack.slice(0, 40)}-controls-${randomBytes(4).toString('hex')}`

/**
 * What synth writes for a namespace.
 * @throws StackError when it would put something elsewhere: that could be the stack that is judged
 */
const objectsFor = async (context: Context, namespace: string): Promise<AnyObject[]> => {
  const { host } = context
  const desired = await synthesize({ ...context, host: { ...host, env: { ...host.env, STACK_NAMESPACE: namespace } } })
  const objects = desired.objects.map((object: object) => object as AnyObject) // both are any object, in the types of two clients
  const strays = outside(objects, namespace)
  if (strays.length === 0) return objects
  throw new StackError('usage', `the app does not put all into the namespace that STACK_NAMESPACE names, so no control can be armed apart: ${strays.join(', ')}`, 'have the app read STACK_NAMESPACE, and make nothing beside the namespace')
}

const gone = async (remove: () => Promise<void>, namespace: string): Promise<void> => {
  try {
    await remove()
  } catch (error) {
    throw new StackError('failed', `the namespace of the controls is not gone: ${error instanceof Error ? error.message : String(error)}`, `look for finalizers in it, then remove namespace ${namespace}`, { cause: error })
  }
}

/** Deploys what synth writes, changed, into a namespace of its own. After Ctrl-C all that works on it throws; only its removal goes on. */
export const scratchOf =
  (context: Context, connection: Connection, { stack }: Pick<Found, 'stack'>, wanted: StackVerification): Range['deploy'] =>
  async (change): Promise<Scratch> => {
    const { options, output, signal } = context
    const namespace = freshNamespace(stack)
    const objects = change(await objectsFor(context, namespace))
    const ending: Connection = { ...connection, pods: (name) => untilAborted(connection.pods(name), signal) }
    const drop = async (): Promise<void> => {
      await gone(() => removeNamespace(connection.pods(namespace)), namespace)
      output.emit({ type: 'object', object: `Namespace/${namespace}`, did: 'removed' })
    }
    try {
      signal.throwIfAborted()
      output.emit({ type: 'object', object: `Namespace/${namespace}`, did: 'created', why: 'for the controls alone' })
      await applyInto(ending.pods(namespace), objects)
      const subject = await subjectOf(ending, namespace, wanted, options.patience)
      return { deployed: subject, objects, remove: async () => { await subject.access.close(); await drop() } }
    } catch (error) {
      await drop()
      throw error
    }
  }
