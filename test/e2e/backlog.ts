import { randomUUID } from 'node:crypto'

import { expect } from '@jest/globals'

import { eventually } from '../../cli/eventually.ts'
import type { StackCluster } from '../../cli/kube/index.ts'
import { canaryType, graphOf, sidecarPorts, type SubscriptionEdge } from '../../config/define/index.ts'
import { stack } from '../../config/tasks/index.ts'

const { topics, subscriptions } = graphOf(stack)

/** A subscription whose app can be stopped while events are published. */
export const stoppable = (): SubscriptionEdge => {
  const found = subscriptions.find(({ app }) => app !== topics[0]?.publishers[0])
  if (!found) throw new Error('the stack has no subscriber that is no publisher')
  return found
}

/** Publishes events that have no effect, through the sidecar of an app that may. */
export const publishCanaries = async (cluster: StackCluster, { pubsub, topic }: SubscriptionEdge, count: number): Promise<void> => {
  const [publisher = ''] = topics.find(({ name }) => name === topic)?.publishers ?? []
  const [pod] = await cluster.pods(publisher)
  const { url, close } = await cluster.forward(pod?.name ?? '', sidecarPorts.http)
  try {
    for (let event = 0; event < count; event += 1) {
      const body = JSON.stringify({ specversion: '1.0', id: `e2e-${randomUUID()}`, source: 'e2e', type: canaryType, datacontenttype: 'application/json', data: {} })
      const { status } = await fetch(`${url}/v1.0/publish/${pubsub}/${topic}`, { method: 'POST', headers: { 'content-type': 'application/cloudevents+json', connection: 'close' }, body })
      expect(status).toBe(204)
    }
  } finally {
    await close()
  }
}

/** Gives an app so many pods; with none it waits until they are gone. */
export const scaled = async (cluster: StackCluster, app: string, replicas: number): Promise<void> => {
  const { objects, namespace } = cluster
  await objects.merge({ apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: app, namespace }, spec: { replicas } })
  if (replicas > 0) return
  await eventually(
    async () => {
      for (const { name } of await cluster.pods(app)) await objects.remove({ apiVersion: 'v1', kind: 'Pod', metadata: { name, namespace } }, 1)
      expect(await objects.list('v1', 'Pod', namespace)).not.toContainEqual(expect.objectContaining({ metadata: expect.objectContaining({ labels: expect.objectContaining({ app }) }) }))
    },
    { seconds: 30 },
  )
}
