import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { graphRecord, recordLabel } from '../../config/define/index.ts'
import type { KubeObject } from '../kube/port.ts'
import { type Manifest, readManifests } from '../local/manifests.ts'
import type { Context } from './context.ts'
import { StackError } from './errors.ts'
import { type DeployedGraph, graphIn, isGraphRecord } from './graph.ts'
import { appSettings, runApp } from './synth/app.ts'

/** What the config wants of a cluster. */
export interface Desired {
  /** Name of the stack. */
  readonly stack: string
  /** Namespace of the stack's own records. */
  readonly namespace: string
  readonly graph: DeployedGraph
  readonly objects: readonly KubeObject[]
}

/** The label that names the stack of an object. */
export const partOf = 'app.kubernetes.io/part-of'

/** Labels of what `stack` itself keeps in the cluster beside the manifests. */
export const ownLabels = (stack: string, name: string): Record<string, string> => ({ 'app.kubernetes.io/name': name, [partOf]: stack, 'app.kubernetes.io/managed-by': 'dapr-stack' })

/**
 * Reads off the manifests whose stack they are. Pure.
 * @throws StackError unless they are of exactly one stack
 */
export const desiredOf = (objects: readonly KubeObject[]): Desired => {
  const [graph, ...others] = objects.filter(isGraphRecord)
  const stack = graph?.metadata.labels?.[partOf]
  if (!graph || stack === undefined) throw new StackError('usage', `the app makes no DaprStack: no ConfigMap is labelled ${recordLabel}=graph`, 'add `new DaprStack(…)` to a chart')
  if (others.length > 0) {
    const names = [graph, ...others].map(({ metadata }) => metadata.name).join(', ')
    throw new StackError('usage', `the app makes several stacks (${names}), and stack handles one at a time`, 'give each an app of its own')
  }
  if (graph.metadata.name !== graphRecord(stack)) throw new StackError('usage', `the graph of stack ${stack} is in ConfigMap ${graph.metadata.name}`, `name it ${graphRecord(stack)}`)
  return { stack, namespace: graph.metadata.namespace ?? 'default', graph: graphIn(graph), objects }
}

const asObject = (manifest: Manifest): KubeObject => manifest

/** Synthesizes into a folder of its own and reads it. */
export const synthesize = async ({ host, options, signal }: Pick<Context, 'host' | 'options' | 'signal'>): Promise<Desired> => {
  const { app } = await appSettings(host.root)
  const folder = await mkdtemp(join(tmpdir(), 'stack-synth-'))
  try {
    await runApp(host, app, { env: options.env, folder, signal })
    return desiredOf((await readManifests(folder)).map(asObject))
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}
