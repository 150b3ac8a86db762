import { z } from 'zod'

import { sidecarPorts } from '../../config/define/index.ts'
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

/**
 * Asks the sidecar of a pod what it has loaded.
 * @throws NoAnswer when it does not say
 */
export const sidecarMetadata = async (port: ClusterPort, { namespace, forward }: Pick<StackCluster, 'namespace' | 'forward'>, pod: Pod): Promise<SidecarMetadata> => {
  try {
    const token = await tokenOf(port, namespace, pod)
    const { url, close } = await forward(pod.metadata.name, sidecarPorts.http)
    try {
      const headers = { connection: 'close', ...(token !== undefined && { 'dapr-api-token': token }) }
      const response = await fetch(`${url}/v1.0/metadata`, { headers, signal: AbortSignal.timeout(timeoutMs) })
      if (!response.ok) throw new NoAnswer(`${response.status} ${(await response.text()).slice(0, 200)}`)
      return Metadata.parse(await response.json())
    } finally {
      await close()
    }
  } catch (error) {
    if (error instanceof KubeRefusal || error instanceof NoAnswer || error instanceof TypeError || error instanceof DOMException) throw new NoAnswer(error.message, { cause: error })
    throw error
  }
}
