import { randomUUID } from 'node:crypto'

import { sidecarApi } from '../../../cli/dlq/sidecar.ts'
import { accessTo, type StackCluster } from '../../../cli/kube/index.ts'
import { canaryType, deadLetterChain, deadLetterKey, deadLetterPageKey, sidecarPorts, type SubscriptionEdge } from '../../../config/define/index.ts'

/** Asks the sidecar of an app. */
const atSidecar = async <T>(cluster: StackCluster, app: string, work: (sidecar: ReturnType<typeof sidecarApi>) => Promise<T>): Promise<T> => {
  const access = accessTo(cluster)
  try {
    return await work(sidecarApi({ url: await access.url(app, sidecarPorts.http) }))
  } finally {
    await access.close()
  }
}

/** Publishes an event that no version of the app knows: it becomes a dead letter at once. */
export const publishUnknown = async (cluster: StackCluster, { pubsub, topic, deadLetters }: SubscriptionEdge): Promise<string> => {
  const event = { specversion: '1.0', id: randomUUID(), source: 'test', type: 'nobody.knows.this', datacontenttype: 'application/json', data: {} }
  await atSidecar(cluster, deadLetters.publisher, (sidecar) => sidecar.publish(pubsub, topic, { contentType: 'application/cloudevents+json', body: JSON.stringify(event), metadata: {} }))
  return event.id
}

/** Keeps a dead letter as the app does, of an event that the app can handle by now: the canary, which has no effects. */
export const keepMended = async (cluster: StackCluster, { app, topic, marks }: SubscriptionEdge): Promise<string> => {
  const [id, now] = [randomUUID(), new Date().toISOString()]
  const event = { specversion: '1.0', id, source: 'test', type: canaryType, datacontenttype: 'application/json', data: {} }
  const letter = { schema: 1, id, app, topic, event, last_error: 'mended meanwhile', attempts: 3, first_failed_at: now, last_failed_at: now, received: 1 }
  const page = deadLetterPageKey(topic, deadLetterChain(id), 0)
  await atSidecar(cluster, app, async (sidecar) => {
    await sidecar.put(marks, deadLetterKey(topic, id), letter, undefined)
    const found = await sidecar.get(marks, page)
    const ids = found ? (found.value as { readonly ids: readonly string[] }).ids : []
    if (!(await sidecar.put(marks, page, { schema: 1, ids: [...ids, id] }, found?.etag))) throw new Error('the index was changed meanwhile')
  })
  return id
}
