import { flowsOf } from '../../graph/flows.ts'
import type { Sighting } from '../../graph/live.ts'
import { loadedByAll } from '../../graph/loaded.ts'
import type { Sample } from '../../graph/metrics.ts'
import type { DrawnGraph } from '../../graph/picture.ts'
import { atOnce, requestsAtOnce } from '../at-once.ts'
import type { Connection } from '../connection.ts'
import { NoAnswer, sidecarMetadata, type SidecarMetadata, sidecarSamples } from '../sidecar.ts'
import { appOf, type Pod, podOf } from '../up/pods.ts'

/** What a pod's sidecar has loaded and counted, or why it does not say. */
type Answer = { readonly metadata: SidecarMetadata; readonly samples: readonly Sample[] } | { readonly trouble: string }

const ask = async ({ port, pods }: Connection, namespace: string, pod: Pod): Promise<Answer> => {
  try {
    const inside = pods(namespace)
    const [metadata, samples] = await Promise.all([sidecarMetadata(port, inside, pod), sidecarSamples(inside, pod)])
    return { metadata, samples }
  } catch (error) {
    if (error instanceof NoAnswer) return { trouble: `the sidecar of ${pod.metadata.name} does not answer: ${error.message}` }
    throw error
  }
}

/** What the sidecars of a deployed stack say, and which of them say nothing. */
export interface Sightings {
  readonly sightings: readonly Sighting[]
  readonly troubles: readonly string[]
}

/** Asks every sidecar of a stack. */
export const sightingsOf = async (connection: Connection, namespace: string, { apps }: Pick<DrawnGraph, 'apps'>): Promise<Sightings> => {
  const pods = (await connection.port.list('v1', 'Pod', { namespace })).map(podOf).filter(({ metadata }) => metadata.deletionTimestamp === undefined)
  const asked = apps.flatMap(({ id }) => pods.filter((pod) => appOf(pod) === id).map((pod) => ({ id, pod })))
  const answers = await atOnce(asked, requestsAtOnce, async ({ id, pod }) => ({ id, answer: await ask(connection, namespace, pod) }))
  const sightings = apps.map(({ id }): Sighting => {
    const said = answers.flatMap(({ id: app, answer }) => (app === id && 'metadata' in answer ? answer : []))
    const loaded = loadedByAll(id, said.map(({ metadata }) => metadata))
    return { app: id, ...(said.length > 0 && { loaded }), flows: said.flatMap(({ samples }) => flowsOf(id, namespace, samples)) }
  })
  const absent = apps.filter(({ id }) => !asked.some((one) => one.id === id)).map(({ id }) => `${id} has no pods`)
  return { sightings, troubles: [...absent, ...answers.flatMap(({ answer }) => ('trouble' in answer ? answer.trouble : []))] }
}
