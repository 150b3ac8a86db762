import type { ClusterPort } from '../../kube/port.ts'
import { atOnce, requestsAtOnce } from '../../stack/at-once.ts'
import { askApp, NoAnswer, sidecarMetadata, sidecarSamples } from '../../stack/sidecar.ts'
import { appOf, hasDaprd, type Pod, sidecarContainer, statusesOf } from '../../stack/up/pods.ts'
import type { Evidence, SidecarEvidence } from '../evidence.ts'
import { appRuns, isDaprPod } from '../facts.ts'
import type { Scene } from './scene.ts'

/** Lines of a sidecar that are read: an app with much traffic has its calls in them too. */
const tail = 500

const logOf = async (port: ClusterPort, namespace: string, pod: Pod): Promise<string[]> => {
  const restarts = statusesOf(pod).find(({ name }) => name === sidecarContainer)?.restartCount ?? 0
  const read = (previous: boolean): Promise<string> => port.log(namespace, pod.metadata.name, sidecarContainer, { tail, previous })
  const [before, now] = await Promise.allSettled([restarts > 0 ? read(true) : '', read(false)])
  if (now.status === 'rejected' && before.status === 'rejected') throw now.reason
  return [before, now].flatMap((one) => (one.status === 'fulfilled' ? one.value.split('\n').filter(Boolean) : []))
}

const isRunning = (pod: Pod, container: string): boolean => statusesOf(pod).some(({ name, state }) => name === container && state.running !== undefined)

/** What the app of a pod answers where its sidecar asks which topics it wants. */
const subscribeOf = async ({ inside }: Scene, pod: Pod, secrets: Evidence['secrets']): Promise<SidecarEvidence['subscribe']> => {
  const port = Number(pod.metadata.annotations['dapr.io/app-port'])
  const token = secrets?.get(pod.metadata.annotations['dapr.io/app-token-secret'] ?? '')?.['token']
  const headers = token === undefined ? {} : { 'dapr-api-token': Buffer.from(token, 'base64').toString('utf8').trim() }
  try {
    return await askApp(inside, pod, port, '/dapr/subscribe', { headers })
  } catch (error) {
    if (error instanceof NoAnswer) return 'silent'
    throw error
  }
}

const speaksHttp = ({ metadata: { annotations } }: Pod): boolean => annotations['dapr.io/app-port'] !== undefined && ['http', undefined].includes(annotations['dapr.io/app-protocol'])

/** What of a pod can be asked: its sidecar, the log of that, its app. */
const stateOf = (pod: Pod): { readonly runs: boolean; readonly wrote: boolean; readonly hears: boolean } => {
  const runs = hasDaprd(pod) && isRunning(pod, sidecarContainer)
  return { runs, wrote: hasDaprd(pod) && statusesOf(pod).length > 0, hears: runs && speaksHttp(pod) && appRuns(pod) }
}

type Told = Omit<SidecarEvidence, 'app' | 'pod'>

const seen = ({ metadata, samples, log, subscribe }: { readonly [K in keyof Told]: Told[K] | undefined }): Told => ({
  ...(metadata && { metadata }), ...(samples && { samples }), ...(log && { log }), ...(subscribe && { subscribe }),
})

const lookAt = async (scene: Scene, pod: Pod, secrets: Evidence['secrets']): Promise<SidecarEvidence> => {
  const { port, inside, namespace, probes: { look } } = scene
  const { name } = pod.metadata
  const { runs, wrote, hears } = stateOf(pod)
  const [metadata, samples, log, subscribe] = await Promise.all([
    runs ? look(`what the sidecar of ${name} has loaded`, () => sidecarMetadata(port, inside, pod)) : undefined,
    runs ? look(`what the sidecar of ${name} has counted`, () => sidecarSamples(inside, pod)) : undefined,
    wrote ? look(`the log of the sidecar of ${name}`, () => logOf(port, namespace, pod)) : undefined,
    hears ? look(`the app in ${name}`, () => subscribeOf(scene, pod, secrets)) : undefined,
  ])
  return { app: appOf(pod) ?? name, pod, ...seen({ metadata, samples, log, subscribe }) }
}

/** Asks every sidecar of the namespace. */
export const sidecarsIn = (scene: Scene, pods: readonly Pod[], secrets: Evidence['secrets']): Promise<SidecarEvidence[]> =>
  atOnce(pods.filter((pod) => pod.metadata.deletionTimestamp === undefined && isDaprPod(pod)), requestsAtOnce, (pod) => lookAt(scene, pod, secrets))
