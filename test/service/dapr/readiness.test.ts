import { beforeEach, expect, jest, test } from '@jest/globals'

import { stack } from '../../../config/tasks/index.ts'
import { createReadiness, requiredComponents, SidecarUnavailable } from '../../../service/dapr/index.ts'
import { memorySidecar } from '../support/memory-sidecar.ts'

const log = { debug: jest.fn(), info: jest.fn(), warn: jest.fn(), error: jest.fn() }
const required = requiredComponents(stack, 'task-api')
const all = [
  { name: 'statestore', type: 'state.redis' },
  { name: 'pubsub', type: 'pubsub.redis' },
  { name: 'kubernetes-secrets', type: 'secretstores.kubernetes' },
]
const missingStore = ['component "statestore" (state) is not loaded']

const setUp = () => {
  const sidecar = memorySidecar()
  sidecar.loaded = all
  return { sidecar, readiness: createReadiness(sidecar, required, log) }
}

beforeEach(() => { jest.clearAllMocks() })

test('an app needs the components that the graph gives it', () => {
  expect(required.map(({ name }) => name)).toEqual(['statestore', 'pubsub', 'kubernetes-secrets'])
  expect(requiredComponents(stack, 'notification-service').map(({ name }) => name)).toEqual(['notification-store', 'pubsub', 'kubernetes-secrets'])
  expect(requiredComponents(stack, 'ai-service')).toEqual([])
})

test('it is ready when the sidecar takes calls and every component is loaded', async () => {
  expect(await setUp().readiness.reasons()).toEqual([])
})

test.each([
  ['a component is missing', all.slice(1)],
  ['a component is of another kind', [{ name: 'statestore', type: 'pubsub.kafka' }, ...all.slice(1)]],
])('fails to become ready while %s', async (_case, loaded) => {
  const { sidecar, readiness } = setUp()
  sidecar.loaded = loaded
  expect(await readiness.reasons()).toEqual(missingStore)
  sidecar.loaded = all
  expect(await readiness.reasons()).toEqual([])
})

test('a component that goes away later is drift: logged once per change, never unready', async () => {
  const { sidecar, readiness } = setUp()
  await readiness.reasons()
  sidecar.loaded = all.slice(1)
  expect([await readiness.reasons(), await readiness.reasons()]).toEqual([[], []])
  expect(log.warn.mock.calls).toEqual([[{ reasons: missingStore }, 'Components drifted']])
  sidecar.loaded = all
  await readiness.reasons()
  expect(log.info.mock.calls).toEqual([['Every component is loaded again']])
})

test('fails again when the sidecar goes away or is not ready', async () => {
  const { sidecar, readiness } = setUp()
  await readiness.reasons()
  sidecar.healthy = false
  expect(await readiness.reasons()).toEqual(['the Dapr sidecar is not ready'])
  sidecar.outboundHealthy = () => Promise.reject(new SidecarUnavailable('its health', 'refused'))
  expect(await readiness.reasons()).toEqual([expect.stringContaining('no answer')])
})
