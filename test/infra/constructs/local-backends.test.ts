import { expect, test } from '@jest/globals'

import { PubSub, SecretStore, StateStore } from '../../../infra/constructs/index.ts'
import { find } from '../manifest.ts'
import { ordersObjects, small } from '../orders-chart.ts'

test('a machine without servers has backends of files and memory', () => {
  expect(StateStore.sqlite({ file: 'state.db' })).toEqual({ kind: 'state', type: 'state.sqlite', version: 'v1', metadata: [{ name: 'connectionString', value: 'state.db' }], targets: [] })
  expect(PubSub.inMemory()).toEqual({ kind: 'pubsub', type: 'pubsub.in-memory', version: 'v1', metadata: [], targets: [] })
  expect(SecretStore.localFile({ file: 's.json' })).toEqual({
    kind: 'secrets', type: 'secretstores.local.file', version: 'v1', metadata: [{ name: 'secretsFile', value: 's.json' }, { name: 'multiValued', value: 'true' }], targets: [],
  })
})

test('commands to try are told on the Deployment, and not on its pods, which need no restart for them', () => {
  const objects = ordersObjects({ apps: { shop: { ...small, examples: ['curl {shop}/a', 'curl {shop}/b'] }, billing: small, stock: small } })
  expect(find(objects, 'Deployment', 'shop').metadata).toMatchObject({ annotations: { 'dapr-stack/examples': 'curl {shop}/a\ncurl {shop}/b' } })
  expect(JSON.stringify(find(objects, 'Deployment', 'shop').spec)).not.toContain('examples')
})
