import { diagnose, type Diagnosis } from '../doctor/diagnosis.ts'
import type { Context } from '../stack/context.ts'
import type { Connection } from '../stack/connection.ts'
import { findStack } from '../stack/deployed.ts'
import { graphIn } from '../stack/graph.ts'
import { sidecarWords } from '../stack/graph/sightings.ts'
import { readInventory } from '../stack/inventory.ts'
import { driftOf } from '../stack/status/drift.ts'
import { snapshotOf as namespaceSnapshot } from '../stack/up/snapshot.ts'
import type { ClusterFacts } from './facts.ts'

/** The deployed stack that the page is of. */
export interface Place {
  readonly stack: string
  readonly namespace: string
  /** Finds it again: it may have been deployed anew since. */
  readonly context: Pick<Context, 'host' | 'options'>
}

/** Looks at the stack: what it declares, what there is of it, and what its sidecars say. */
export const clusterFacts = async (connection: Connection, { namespace, context }: Place): Promise<ClusterFacts> => {
  const { port } = connection
  const [{ record }, { pods, events }, components, subscriptions] = await Promise.all([
    findStack(context, port, 'graph'),
    namespaceSnapshot(port, namespace, []),
    port.list('dapr.io/v1alpha1', 'Component', { namespace }),
    port.list('dapr.io/v2alpha1', 'Subscription', { namespace }),
  ])
  const graph = graphIn(record)
  const words = await sidecarWords(connection, namespace, graph.apps.map(({ id }) => id), pods)
  return { atMs: Date.now(), namespace, graph, pods, events, words, components, subscriptions }
}

/** What doctor finds in the namespace. */
export const diagnosisOf = async ({ port, pods }: Connection, { namespace, context }: Place): Promise<Diagnosis> => {
  const { record } = await findStack(context, port, 'graph')
  return diagnose(port, pods(namespace), namespace, graphIn(record))
}

/** What was changed by hand since the last `up`. */
export const driftIn = async ({ port }: Connection, { stack, namespace }: Place): Promise<string[]> => driftOf(port, await readInventory(port, stack, namespace))
