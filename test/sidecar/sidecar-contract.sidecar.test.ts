import { randomUUID } from 'node:crypto'

import { afterAll, beforeAll } from '@jest/globals'

import { createHttpSidecar, type HttpSidecarOptions, type Sidecar } from '../../service/dapr/index.ts'
import { createSdkSidecar } from '../../service/dapr/sdk-sidecar.ts'
import { describeSidecarContract } from '../service/support/sidecar-contract.ts'
import { type SelfHosted, startSelfHosted } from './rig/self-hosted.ts'

const adapters: Readonly<Record<string, (options: HttpSidecarOptions) => Sidecar>> = {
  'the HTTP adapter': createHttpSidecar,
  'the HTTP adapter with each call on its own': (options) => createHttpSidecar({ ...options, batches: false }),
  'the adapter of Dapr\'s own client': createSdkSidecar,
}

let host: SelfHosted
const sidecars = new Map<string, Sidecar>()

beforeAll(async () => {
  host = await startSelfHosted()
  const [api] = await Promise.all([host.start('task-api'), host.start('notification-service')])
  for (const [name, create] of Object.entries(adapters)) sidecars.set(name, create({ origin: `http://127.0.0.1:${api.sidecar.httpPort}`, callMs: 5000 }))
}, 600_000)
afterAll(async () => {
  await Promise.all([...sidecars.values()].map((sidecar) => sidecar.close()))
  await host.stop()
}, 60_000)

const sidecarOf = (name: string): Sidecar => {
  const sidecar = sidecars.get(name)
  if (!sidecar) throw new Error(`"${name}" was not made`)
  return sidecar
}

const [id, time] = [randomUUID(), '2026-01-01T00:00:00Z']
const data = { event_type: 'task.pending', event_id: id, task_id: 't', title: 'x', status: 'pending', timestamp: time, correlation_id: 'c', sequence: 1 }

for (const name of Object.keys(adapters)) {
  describeSidecarContract(name, () => ({
    sidecar: sidecarOf(name),
    store: 'statestore',
    pubsub: 'pubsub',
    topic: 'task-events',
    event: { specversion: '1.0', id, source: 'task-api', type: 'task.pending', subject: 't', time, datacontenttype: 'application/json', correlationid: 'c', data },
    secret: { store: 'kubernetes-secrets', name: 'api-key', value: { 'api-key': 'a test key' } },
    callee: { app: 'notification-service', method: 'notify', good: { type: 'task_completed', event_id: id, task_id: 't', message: 'm' }, bad: { type: 'other' } },
  }))
}
