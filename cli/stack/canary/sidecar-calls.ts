import { randomUUID } from 'node:crypto'

import { canaryType, sidecarPorts } from '../../../config/define/index.ts'
import type { StackCluster } from '../../kube/index.ts'
import { type ClusterPort, KubeRefusal } from '../../kube/port.ts'
import { tokenOf } from '../sidecar.ts'
import type { Pod } from '../up/pods.ts'

/** A topic on its component. */
export interface TopicRef {
  readonly topic: string
  readonly pubsub: string
}

/** What is asked of the sidecars of a stack. */
export interface SidecarCalls {
  /** Publishes a canary through the sidecar of a pod; gives why it did not, in words. */
  readonly publish: (pod: Pod, on: TopicRef) => Promise<string | undefined>
  /** The metrics of the sidecar of a pod, as text; undefined where it gives none. */
  readonly metrics: (pod: Pod) => Promise<string | undefined>
}

/** What is sent beside the path. */
interface Request {
  readonly method?: 'POST'
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string
}

const timeoutMs = 5000

const canary = () => ({ specversion: '1.0', id: `canary-${randomUUID()}`, source: 'stack', type: canaryType, time: new Date().toISOString(), datacontenttype: 'application/json', data: {} })

/** Where the sidecar of a pod gives its metrics. */
export const metricsPort = ({ metadata }: Pod): number => Number(metadata.annotations['dapr.io/metrics-port'] ?? sidecarPorts.metrics)

/** Whether a call failed for the network or the cluster; what else fails is a mistake of ours. */
const isUnreachable = (error: unknown): error is Error => error instanceof KubeRefusal || error instanceof TypeError || error instanceof DOMException

/** Reaches the sidecars of a namespace through the API server. */
export const sidecarCalls = (port: ClusterPort, { namespace, forward }: Pick<StackCluster, 'namespace' | 'forward'>): SidecarCalls => {
  const call = async (pod: Pod, at: number, path: string, init: Request): Promise<{ readonly ok: boolean; readonly status: number; readonly text: string }> => {
    const { url, close } = await forward(pod.metadata.name, at)
    try {
      const response = await fetch(url + path, { ...init, headers: { ...init.headers, connection: 'close' }, signal: AbortSignal.timeout(timeoutMs) })
      return { ok: response.ok, status: response.status, text: await response.text() }
    } finally {
      await close()
    }
  }
  return {
    publish: async (pod, { pubsub, topic }) => {
      try {
        const token = await tokenOf(port, namespace, pod)
        const headers = { 'content-type': 'application/cloudevents+json', ...(token !== undefined && { 'dapr-api-token': token }) }
        const { ok, status, text } = await call(pod, sidecarPorts.http, `/v1.0/publish/${pubsub}/${encodeURIComponent(topic)}`, { method: 'POST', headers, body: JSON.stringify(canary()) })
        return ok ? undefined : `${status} ${text.slice(0, 200)}`
      } catch (error) {
        if (isUnreachable(error)) return `it does not answer: ${error.message}`
        throw error
      }
    },
    metrics: async (pod) => {
      try {
        const { ok, text } = await call(pod, metricsPort(pod), '/metrics', {})
        return ok ? text : undefined
      } catch (error) {
        if (isUnreachable(error)) return undefined
        throw error
      }
    },
  }
}
