import type { CoreV1Api, V1Pod } from '@kubernetes/client-node'
import { describe, expect, it } from '@jest/globals'

import { podsOf } from '../../cli/kube/index.ts'

const status = (name: string, ready: boolean) => ({ name, image: `${name}:1`, imageID: '', ready, restartCount: 0, state: ready ? { running: {} } : { waiting: { reason: 'CrashLoopBackOff' } } })

// The API server's answers as it gives them; which sidecar form a pod has is Dapr's choice, so both must count.
const apiWith = (items: V1Pod[]): CoreV1Api => ({ listNamespacedPod: () => Promise.resolve({ items }) }) as unknown as CoreV1Api

describe('the pods of an app', () => {
  it('counts an injected container', async () => {
    const pod: V1Pod = { metadata: { name: 'a' }, status: { containerStatuses: [status('task-api', true), status('daprd', true)] } }
    const [seen] = await podsOf(apiWith([pod]), 'default', 'task-api')
    expect(seen).toMatchObject({ name: 'a', ready: '2/2', allReady: true })
  })

  it('counts a native sidecar, and no other init container', async () => {
    const pod: V1Pod = {
      metadata: { name: 'a' },
      spec: { containers: [{ name: 'task-api' }], initContainers: [{ name: 'daprd', restartPolicy: 'Always' }, { name: 'once' }] },
      status: { containerStatuses: [status('task-api', true)], initContainerStatuses: [status('daprd', true), status('once', false)] },
    }
    const [seen] = await podsOf(apiWith([pod]), 'default', 'task-api')
    expect(seen?.containers.map(({ name }) => name)).toEqual(['task-api', 'daprd'])
    expect(seen?.ready).toBe('2/2')
  })

  it('says why a container is not ready', async () => {
    const pod: V1Pod = { metadata: { name: 'a' }, status: { containerStatuses: [status('task-api', true), status('daprd', false)] } }
    const [seen] = await podsOf(apiWith([pod]), 'default', 'task-api')
    expect(seen).toMatchObject({ ready: '1/2', allReady: false })
    expect(seen?.containers[1]?.state).toBe('waiting: CrashLoopBackOff')
  })

  it('leaves out pods that are on their way out', async () => {
    const pod: V1Pod = { metadata: { name: 'a', deletionTimestamp: new Date() } }
    await expect(podsOf(apiWith([pod]), 'default', 'task-api')).resolves.toEqual([])
  })
})
