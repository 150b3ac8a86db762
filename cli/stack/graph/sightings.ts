import { flowsOf } from '../../graph/flows.ts'
import type { Sighting } from '../../graph/live.ts'
import { loadedByAll } from '../../graph/loaded.ts'
import type { Sample } from '../../graph/metrics.ts'
import type { DrawnGraph } from '../../graph/picture.ts'
import { atOnce, requestsAtOnce } from '../at-once.ts'
import type { Connection } from '../connection.ts'
import { NoAnswer, sidecarMetadata, type SidecarMetadata, sidecarSamples } from '../sidecar.ts'
import { appOf, type Pod, podOf } from '../up/pods.ts'

/** What the sidecar of an app's pod has loaded and counted, or why it does not say. */
export interface SidecarWord {
  readonly app: string
  readonly pod: Pod
  readonly said?: { readonly metadata: SidecarMetadata; readonly samples: readonly Sample[] }
  /** In words, with the name of the pod. */
  readonly trouble?: string
}

type MetadataOf = (pod: Pod) => Promise<SidecarMetadata>

const ask = async ({ pods }: Connection, namespace: string, app: string, pod: Pod, metadataOf: MetadataOf): Promise<SidecarWord> => {
  try {
    const [metadata, samples] = await Promise.all([metadataOf(pod), sidecarSamples(pods(namespace), pod)])
    return { app, pod, said: { metadata, samples } }
  } catch (error) {
    if (error instanceof NoAnswer) return { app, pod, trouble: `the sidecar of ${pod.metadata.name} does not answer: ${error.message}` }
    throw error
  }
}

/** Asks the sidecar of each pod for what it has loaded. */
export const metadataFrom = ({ port, pods }: Connection, namespace: string): MetadataOf => (pod) => sidecarMetadata(port, pods(namespace), pod)

/**
 * Asks the sidecar of each pod of these apps; pods on their way out are left alone.
 * @param metadataOf where what a sidecar has loaded comes from. Default: it is asked
 */
export const sidecarWords = (connection: Connection, namespace: string, apps: readonly string[], pods: readonly Pod[], metadataOf = metadataFrom(connection, namespace)): Promise<SidecarWord[]> => {
  const there = pods.filter(({ metadata }) => metadata.deletionTimestamp === undefined)
  const asked = apps.flatMap((app) => there.filter((pod) => appOf(pod) === app).map((pod) => ({ app, pod })))
  return atOnce(asked, requestsAtOnce, ({ app, pod }) => ask(connection, namespace, app, pod, metadataOf))
}

/** What the sidecars of a deployed stack say, and which of them say nothing. */
export interface Sightings {
  readonly sightings: readonly Sighting[]
  readonly troubles: readonly string[]
}

/** Puts together what the sidecars of each app said. Pure. */
export const sightingsIn = (namespace: string, apps: readonly string[], words: readonly SidecarWord[]): Sightings => {
  const sightings = apps.map((app): Sighting => {
    const said = words.flatMap((word) => (word.app === app && word.said ? word.said : []))
    const loaded = loadedByAll(app, said.map(({ metadata }) => metadata))
    return { app, ...(said.length > 0 && { loaded }), flows: said.flatMap(({ samples }) => flowsOf(app, namespace, samples)) }
  })
  const absent = apps.filter((app) => !words.some((word) => word.app === app)).map((app) => `${app} has no pods`)
  return { sightings, troubles: [...absent, ...words.flatMap(({ trouble }) => trouble ?? [])] }
}

/** Asks every sidecar of a stack. */
export const sightingsOf = async (connection: Connection, namespace: string, { apps }: Pick<DrawnGraph, 'apps'>): Promise<Sightings> => {
  const [pods, ids] = [(await connection.port.list('v1', 'Pod', { namespace })).map(podOf), apps.map(({ id }) => id)]
  return sightingsIn(namespace, ids, await sidecarWords(connection, namespace, ids, pods))
}
