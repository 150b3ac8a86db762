import { setTimeout as sleep } from 'node:timers/promises'

import { atOnce, requestsAtOnce } from '../at-once.ts'
import { type Connection, connect } from '../connection.ts'
import type { Context } from '../context.ts'
import { findStack, type Found } from '../deployed.ts'
import type { Exit } from '../errors.ts'
import { graphIn } from '../graph.ts'
import { readInventory } from '../inventory.ts'
import { paintOf } from '../output/colours.ts'
import { NoAnswer, sidecarMetadata } from '../sidecar.ts'
import { appOf, hasDaprd, type Pod } from '../up/pods.ts'
import { snapshotOf } from '../up/snapshot.ts'
import { type Answer, appStatus } from './app-status.ts'
import { driftOf } from './drift.ts'
import { type StackStatus, statusText } from './report.ts'

const watchMs = 2000

const ask = async ({ port, pods }: Connection, namespace: string, pod: Pod): Promise<Answer> => {
  if (!hasDaprd(pod)) return { pod, why: `${pod.metadata.name} has no sidecar` }
  try {
    return { pod, metadata: await sidecarMetadata(port, pods(namespace), pod) }
  } catch (error) {
    if (error instanceof NoAnswer) return { pod, why: `the sidecar of ${pod.metadata.name} does not answer: ${error.message}` }
    throw error
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
    driftOf(port, owned),
  ])
  return { stack, namespace, cluster: version, apps, drift }
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
