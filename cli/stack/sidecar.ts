import { z } from 'zod'

import { sidecarPorts } from '../../config/define/index.ts'
import { type Sample, samplesIn } from '../graph/metrics.ts'
import type { StackCluster } from '../kube/index.ts'
import { type ClusterPort, KubeRefusal } from '../kube/port.ts'
import type { Pod } from './up/pods.ts'

const Metadata = z.object({
  id: z.string(),
  runtimeVersion: z.string().default('unknown'),
  components: z.array(z.object({ name: z.string(), type: z.string() })).nullish().transform((list) => list ?? []),
  subscriptions: z.array(z.object({ pubsubname: z.string(), topic: z.string() })).nullish().transform((list) => list ?? []),
})

/** What a sidecar says of itself. */
export type SidecarMetadata = z.infer<typeof Metadata>

const timeoutMs = 5000
const Token = z.object({ data: z.object({ token: z.string() }) })

/** The token that the API of a pod's sidecar asks for; none where it asks for none. */
export const tokenOf = async (port: ClusterPort, namespace: string, { metadata }: Pod): Promise<string | undefined> => {
  const name = metadata.annotations['dapr.io/api-token-secret']
  if (name === undefined) return undefined
  const { data } = Token.safeParse(await port.find({ apiVersion: 'v1', kind: 'Secret', name, namespace }))
  return data && Buffer.from(data.data.token, 'base64').toString('utf8').trim()
}

/** Why a sidecar could not be asked. */
export class NoAnswer extends Error {
  override readonly name = 'NoAnswer'
}

/** Where the pods of a namespace are reached. */
type Inside = Pick<StackCluster, 'namespace' | 'forward'>

/** What is sent beside the path. */
interface Request {
  readonly method?: 'POST'
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string
}

/** What a sidecar answers, also where it refuses. */
export interface SidecarAnswer {
  readonly ok: boolean
  readonly status: number
  readonly text: string
}

/** What `fetch` throws; told by name, for where tests run its classes are others than theirs. */
const Unanswered = z.object({ name: z.enum(['TypeError', 'TimeoutError', 'AbortError']), message: z.string() })

/** Names what fails for the network or the cluster; what else fails is a mistake of ours. */
const answering = async <T>(call: () => Promise<T>): Promise<T> => {
  try {
    return await call()
  } catch (error) {
    const { data: unanswered } = Unanswered.safeParse(error)
    const known = error instanceof KubeRefusal ? error : unanswered
    if (known) throw new NoAnswer(known.message, { cause: error })
    throw error
  }
}

const send = ({ forward }: Inside, pod: Pod, port: number, path: string, init: Request = {}): Promise<SidecarAnswer> =>
  answering(async () => {
    const { url, close } = await forward(pod.metadata.name, port)
    try {
      const response = await fetch(url + path, { ...init, headers: { ...init.headers, connection: 'close' }, signal: AbortSignal.timeout(timeoutMs) })
      return { ok: response.ok, status: response.status, text: await response.text() }
    } finally {
      await close()
    }
  })

/**
 * Sends a request to the app of a pod, as its sidecar would.
 * @throws NoAnswer when none comes
 */
export const askApp = (inside: Inside, pod: Pod, port: number, path: string, init: Request = {}): Promise<SidecarAnswer> => send(inside, pod, port, path, init)

/**
 * Sends a request to the API of the sidecar of a pod, with the token that it asks for.
 * @throws NoAnswer when none comes
 */
export const askSidecar = async (port: ClusterPort, inside: Inside, pod: Pod, path: string, init: Request = {}): Promise<SidecarAnswer> => {
  const token = await answering(() => tokenOf(port, inside.namespace, pod))
  return send(inside, pod, sidecarPorts.http, path, { ...init, headers: { ...init.headers, ...(token !== undefined && { 'dapr-api-token': token }) } })
}

/**
 * Asks the sidecar of a pod what it has loaded.
 * @throws NoAnswer when it does not say
 */
export const sidecarMetadata = async (port: ClusterPort, inside: Inside, pod: Pod): Promise<SidecarMetadata> => {
  const { ok, status, text } = await askSidecar(port, inside, pod, '/v1.0/metadata')
  if (!ok) throw new NoAnswer(`${status} ${text.slice(0, 200)}`)
  return Metadata.parse(JSON.parse(text))
}

const metricsPort = ({ metadata }: Pod): number => Number(metadata.annotations['dapr.io/metrics-port'] ?? sidecarPorts.metrics)

/**
 * Asks the sidecar of a pod what it has counted.
 * @throws NoAnswer when it does not say
 */
export const sidecarSamples = async (inside: Inside, pod: Pod): Promise<Sample[]> => {
  const { ok, status, text } = await send(inside, pod, metricsPort(pod), '/metrics').catch((error: unknown) => {
    throw error instanceof NoAnswer ? new NoAnswer(`its metrics: ${error.message}`, { cause: error }) : error
  })
  if (!ok) throw new NoAnswer(`its metrics answer ${status}`)
  return samplesIn(text)
}
