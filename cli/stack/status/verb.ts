import { setTimeout as sleep } from 'node:timers/promises'

import { atOnce, requestsAtOnce } from '../at-once.ts'
import { type Connection, connect } from '../connection.ts'
import type { Context } from '../context.ts'
import { findStack, type Found } from '../deployed.ts'
import type { Exit } from '../errors.ts'
import { type DeployedGraph, graphIn } from '../graph.ts'
import { readInventory } from '../inventory.ts'
import { paintOf } from '../output/colours.ts'
import { NoAnswer, type SidecarMetadata, sidecarMetadata } from '../sidecar.ts'
import { appOf, hasDaprd, isReady, type Pod, stateText, statusesOf } from '../up/pods.ts'
import { type Snapshot, snapshotOf } from '../up/snapshot.ts'
import { type AppStatus, type StackStatus, statusText, touched } from './report.ts'

const watchMs = 2000

interface Answer {
  readonly pod: Pod
  readonly metadata?: SidecarMetadata
  readonly why?: string
}

const ask = async ({ port, pods }: Connection, namespace: string, pod: Pod): Promise<Answer> => {
  if (!hasDaprd(pod)) return { pod, why: `${pod.metadata.name} has no sidecar` }
  try {
    return { pod, metadata: await sidecarMetadata(port, pods(namespace), pod) }
  } catch (error) {
    if (error instanceof NoAnswer) return { pod, why: `the sidecar of ${pod.metadata.name} does not answer: ${error.message}` }
    throw error
  }
}

const podTroubles = (pod: Pod, { events }: Snapshot): string[] => {
  if (isReady(pod)) return []
  const states = statusesOf(pod).filter(({ ready }) => !ready).map((status) => `${status.name} ${stateText(status)}`)
  const event = events.get(pod.metadata.name)
  return [`${pod.metadata.name}: ${[...states, ...(event === undefined ? [] : [event])].join('; ') || 'not ready'}`]
}

const appStatus = (graph: DeployedGraph, { id, components }: DeployedGraph['apps'][number], answers: readonly Answer[], snapshot: Snapshot): AppStatus => {
  const asked = answers.flatMap(({ metadata }) => metadata ?? [])
  const missing = components.filter((name) => !asked.every((one) => one.components.some((component) => component.name === name)))
  const declared = graph.subscriptions.filter(({ app }) => app === id)
  const listed = declared.filter(({ topic }) => asked.length > 0 && asked.every(({ subscriptions }) => subscriptions.some((one) => one.topic === topic)))
  const pods = answers.map(({ pod }) => pod)
  const restarts = pods.flatMap((pod) => statusesOf(pod).map(({ restartCount }) => restartCount)).reduce((sum, count) => sum + count, 0)
  const troubles = [
    ...(pods.length === 0 ? ['no pods'] : []),
    ...answers.flatMap(({ why }) => why ?? []),
    ...(asked.length === 0 ? [] : missing.map((name) => `component ${name} is not loaded`)),
    ...pods.flatMap((pod) => podTroubles(pod, snapshot)),
  ]
  return {
    app: id,
    pods: [pods.filter(isReady).length, pods.length],
    restarts,
    sidecars: [...new Set(asked.map(({ runtimeVersion }) => runtimeVersion))],
    components: [asked.length === 0 ? 0 : components.length - missing.length, components.length],
    subscriptions: [listed.length, declared.length],
    troubles,
  }
}

/** Looks at a deployed stack: its pods, what each sidecar says, and what was changed by hand. */
const statusOf = async (connection: Connection, { stack, namespace, record }: Found): Promise<StackStatus> => {
  const { port, version } = connection
  const graph = graphIn(record)
  const [snapshot, owned] = await Promise.all([snapshotOf(port, namespace, []), readInventory(port, stack, namespace)])
  const podsOf = (app: string): Pod[] => snapshot.pods.filter((pod) => pod.metadata.deletionTimestamp === undefined && appOf(pod) === app)
  const [apps, drift] = await Promise.all([
    Promise.all(graph.apps.map(async (app) => appStatus(graph, app, await atOnce(podsOf(app.id), requestsAtOnce, (pod) => ask(connection, namespace, pod)), snapshot))),
    atOnce(owned, requestsAtOnce, async ({ digest: _, ...ref }) => touched(ref, await port.find(ref))),
  ])
  return { stack, namespace, cluster: version, apps, drift: drift.flat() }
}

/** `stack status`: one screen of a deployed stack; with `--watch` until Ctrl-C. */
export const statusVerb = async (context: Context): Promise<Exit> => {
  const { options, output, host, signal } = context
  const connection = await connect(options)
  const found = await findStack(context, connection.port, 'graph')
  const paint = paintOf(host)
  const look = async (): Promise<string> => {
    const status = await statusOf(connection, found)
    output.emit({ type: 'result', result: 'status', value: status })
    return statusText(status, paint)
  }
  if (!options.watch) {
    output.print(await look())
    return 'ok'
  }
  while (!signal.aborted) {
    output.show(await look())
    await sleep(watchMs, undefined, { signal }).catch(() => undefined)
  }
  return 'interrupted'
}
