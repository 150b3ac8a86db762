import { diagnose, type Diagnosis } from '../doctor/diagnosis.ts'
import type { Context } from '../stack/context.ts'
import type { Connection } from '../stack/connection.ts'
import { findStack } from '../stack/deployed.ts'
import { graphIn } from '../stack/graph.ts'
import { metadataFrom, sidecarWords } from '../stack/graph/sightings.ts'
import { readInventory } from '../stack/inventory.ts'
import type { SidecarMetadata } from '../stack/sidecar.ts'
import { driftOf } from '../stack/status/drift.ts'
import { snapshotOf as namespaceSnapshot } from '../stack/up/snapshot.ts'
import type { ClusterFacts } from './facts.ts'
import { remembered } from './remembered.ts'

/** The deployed stack that the page is of. */
export interface Place {
  readonly stack: string
  readonly namespace: string
  /** Finds it again: it may have been deployed anew since. */
  readonly context: Pick<Context, 'host' | 'options'>
}

/** A sidecar that logs its API writes a line each time it is asked what it has loaded: a log that only shows who looks is of no use. */
const loadedForMs = 10_000

/** Looks at the stack, again and again: what it declares, what there is of it, and what its sidecars say. */
export const clusterLook = ({ namespace, context }: Place): ((connection: Connection) => Promise<ClusterFacts>) => {
  const loaded = remembered<SidecarMetadata>(loadedForMs)
  return async (connection) => {
    const { port } = connection
    const [{ record }, { pods, events }, components, subscriptions] = await Promise.all([
      findStack(context, port, 'graph'),
      namespaceSnapshot(port, namespace, []),
      port.list('dapr.io/v1alpha1', 'Component', { namespace }),
      port.list('dapr.io/v2alpha1', 'Subscription', { namespace }),
    ])
    const graph = graphIn(record)
    const ask = metadataFrom(connection, namespace)
    const words = await sidecarWords(connection, namespace, graph.apps.map(({ id }) => id), pods, (pod) => loaded(pod.metadata.uid, () => ask(pod)))
    return { atMs: Date.now(), namespace, graph, pods, events, words, components, subscriptions }
  }
}

/** What doctor finds in the namespace. */
export const diagnosisOf = async ({ port, pods }: Connection, { namespace, context }: Place): Promise<Diagnosis> => {
  const { record } = await findStack(context, port, 'graph')
  return diagnose(port, pods(namespace), namespace, graphIn(record))
}

/** What was changed by hand since the last `up`. */
export const driftIn = async ({ port }: Connection, { stack, namespace }: Place): Promise<string[]> => driftOf(port, await readInventory(port, stack, namespace))
