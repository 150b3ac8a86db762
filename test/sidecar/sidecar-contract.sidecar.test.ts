import { randomUUID } from 'node:crypto'

import { afterAll, beforeAll } from '@jest/globals'

import { createHttpSidecar, type Sidecar } from '../../service/dapr/index.ts'
import { describeSidecarContract } from '../service/support/sidecar-contract.ts'
import { type SelfHosted, startSelfHosted } from './rig/self-hosted.ts'

let host: SelfHosted
let sidecar: Sidecar

beforeAll(async () => {
  host = await startSelfHosted()
  const [api] = await Promise.all([host.start('task-api'), host.start('notification-service')])
  sidecar = createHttpSidecar({ origin: `http://127.0.0.1:${api.sidecar.httpPort}`, callMs: 5000 })
}, 600_000)
afterAll(async () => {
  await sidecar.close()
  await host.stop()
}, 60_000)

const [id, time] = [randomUUID(), '2026-01-01T00:00:00Z']
const data = { event_type: 'task.pending', event_id: id, task_id: 't', title: 'x', status: 'pending', timestamp: time, correlation_id: 'c', sequence: 1 }

describeSidecarContract('the HTTP adapter', () => ({
  sidecar,
  store: 'statestore',
  pubsub: 'pubsub',
  topic: 'task-events',
  event: { specversion: '1.0', id, source: 'task-api', type: 'task.pending', subject: 't', time, datacontenttype: 'application/json', correlationid: 'c', data },
  secret: { store: 'kubernetes-secrets', name: 'api-key', value: { 'api-key': 'a test key' } },
  callee: { app: 'notification-service', method: 'notify', good: { type: 'task_completed', event_id: id, task_id: 't', message: 'm' }, bad: { type: 'other' } },
}))
