import { randomUUID } from 'node:crypto'

import { canaryType } from '../../../config/define/index.ts'
import type { Sample } from '../../graph/metrics.ts'
import type { StackCluster } from '../../kube/index.ts'
import type { ClusterPort } from '../../kube/port.ts'
import { askSidecar, NoAnswer, sidecarSamples } from '../sidecar.ts'
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
  /** What the sidecar of a pod has counted; undefined where it does not say. */
  readonly samples: (pod: Pod) => Promise<readonly Sample[] | undefined>
}

const canary = () => ({ specversion: '1.0', id: `canary-${randomUUID()}`, source: 'stack', type: canaryType, time: new Date().toISOString(), datacontenttype: 'application/json', data: {} })

/** Reaches the sidecars of a namespace through the API server. */
export const sidecarCalls = (port: ClusterPort, inside: Pick<StackCluster, 'namespace' | 'forward'>): SidecarCalls => ({
  publish: async (pod, { pubsub, topic }) => {
    try {
      const init = { method: 'POST', headers: { 'content-type': 'application/cloudevents+json' }, body: JSON.stringify(canary()) } as const
      const { ok, status, text } = await askSidecar(port, inside, pod, `/v1.0/publish/${pubsub}/${encodeURIComponent(topic)}`, init)
      return ok ? undefined : `${status} ${text.slice(0, 200)}`
    } catch (error) {
      if (error instanceof NoAnswer) return `it does not answer: ${error.message}`
      throw error
    }
  },
  samples: async (pod) => {
    try {
      return await sidecarSamples(inside, pod)
    } catch (error) {
      if (error instanceof NoAnswer) return undefined
      throw error
    }
  },
})
