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

/**
 * Finds the stack of a namespace by one of its records.
 * @throws StackError unless there is exactly one, or exactly the one that was asked for
 */
export const findStack = async (context: Pick<Context, 'host' | 'options'>, port: ClusterPort, record: 'graph' | 'inventory'): Promise<Found> => {
  const namespace = namespaceOf(context)
  const wanted = context.options.stack
  const records = await port.list('v1', 'ConfigMap', { namespace, labels: `${recordLabel}=${record}` }).catch((error: unknown) => {
    if (!(error instanceof KubeRefusal)) throw error
    throw new StackError('preflight', `the ConfigMaps of namespace ${namespace} may not be listed: ${error.message}`, 'use another kubeconfig', { cause: error })
  })
  const found = records.flatMap((one): Found[] => [{ stack: one.metadata.labels?.[partOf] ?? '', namespace, record: one }])
  const [only, ...others] = found.filter(({ stack }) => wanted === undefined || stack === wanted)
  const there = found.map(({ stack }) => stack).join(', ') || 'none'
  if (!only) throw new StackError('preflight', `namespace ${namespace} holds no ${record} of ${wanted === undefined ? 'a stack' : `stack ${wanted}`}; there: ${there}`, 'name another with --namespace, or run `stack up`')
  if (others.length > 0) throw new StackError('usage', `namespace ${namespace} holds several stacks: ${there}`, 'choose one with --stack')
  return only
}
