import { recordLabel } from '../../config/define/index.ts'
import { type ClusterPort, KubeRefusal, type KubeObject } from '../kube/port.ts'
import type { Context } from './context.ts'
import { partOf } from './desired.ts'
import { StackError } from './errors.ts'

/** A stack that is in a cluster, by the record that was found. */
export interface Found {
  readonly stack: string
  readonly namespace: string
  readonly record: KubeObject
}

/** The namespace that is looked at. */
const namespaceOf = ({ host, options }: Pick<Context, 'host' | 'options'>): string => options.namespace ?? host.env['STACK_NAMESPACE'] ?? 'default'

const recordsIn = async (port: ClusterPort, namespace: string, record: 'graph' | 'inventory'): Promise<Found[]> => {
  const records = await port.list('v1', 'ConfigMap', { namespace, labels: `${recordLabel}=${record}` })
  return records.map((one) => ({ stack: one.metadata.labels?.[partOf] ?? '', namespace, record: one }))
}

/**
 * Finds the stack of a namespace by one of its records.
 * @throws StackError unless there is exactly one, or exactly the one that was asked for
 */
export const findStack = async (context: Pick<Context, 'host' | 'options'>, port: ClusterPort, record: 'graph' | 'inventory'): Promise<Found> => {
  const namespace = namespaceOf(context)
  const wanted = context.options.stack
  const found = await recordsIn(port, namespace, record).catch((error: unknown) => {
    if (!(error instanceof KubeRefusal)) throw error
    throw new StackError('preflight', `the ConfigMaps of namespace ${namespace} may not be listed: ${error.message}`, 'use another kubeconfig', { cause: error })
  })
  const [only, ...others] = found.filter(({ stack }) => wanted === undefined || stack === wanted)
  const there = found.map(({ stack }) => stack).join(', ') || 'none'
  if (!only) throw new StackError('preflight', `namespace ${namespace} holds no ${record} of ${wanted === undefined ? 'a stack' : `stack ${wanted}`}; there: ${there}`, 'name another with --namespace, or run `stack up`')
  if (others.length > 0) throw new StackError('usage', `namespace ${namespace} holds several stacks: ${there}`, 'choose one with --stack')
  return only
}

/** A namespace, and its stack where it has one. */
export interface FoundIfAny {
  readonly namespace: string
  readonly found?: Found
  /** Why there is none, in words. */
  readonly why: string
}

/**
 * Finds the stack of a namespace by its graph, if it has one.
 * @throws StackError when there are several, or none of the name that was asked for
 */
export const findStackIfAny = async (context: Pick<Context, 'host' | 'options'>, port: ClusterPort): Promise<FoundIfAny> => {
  const namespace = namespaceOf(context)
  try {
    return { namespace, found: await findStack(context, port, 'graph'), why: '' }
  } catch (error) {
    if (!(error instanceof StackError) || error.exit !== 'preflight' || context.options.stack !== undefined) throw error
    return { namespace, why: error.what }
  }
}
