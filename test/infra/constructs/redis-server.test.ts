import { expect, test } from '@jest/globals'
import { App, Chart, Testing } from 'cdk8s'

import { redisAddress, RedisServer } from '../../../infra/constructs/index.ts'
import { find, type Manifest, podOf } from '../manifest.ts'

const server = (): Manifest[] => {
  const chart = new Chart(new App(), 'servers', { disableResourceNameHashes: true })
  new RedisServer(chart, 'cache', { stack: 'orders', name: 'cache', image: 'redis:7.0.15', storage: '2Gi' })
  return Testing.synth(chart) as Manifest[]
}
const workload = find(server(), 'StatefulSet', 'cache')

test('a Redis writes each change to its disk before it answers', () => {
  const [container] = podOf(workload).spec.containers
  expect(container).toMatchObject({
    command: ['redis-server'],
    args: expect.arrayContaining(['--dir', '/data', '--appendonly', 'yes', '--appendfsync', 'always']),
    volumeMounts: [{ name: 'data', mountPath: '/data' }],
  })
})

test('its disk is a volume that outlives the pod', () => {
  expect(workload.spec).toMatchObject({
    volumeClaimTemplates: [{ metadata: { name: 'data' }, spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '2Gi' } } } }],
  })
})

test('the volume is writable to its user', () => {
  expect(podOf(workload).spec.securityContext).toMatchObject({ runAsUser: 10_001, fsGroup: 10_001 })
})

test('it is reached at its address by a Service with an IP of its own', () => {
  expect(redisAddress('cache')).toBe('cache:6379')
  expect(find(server(), 'Service', 'cache').spec).toMatchObject({ type: 'ClusterIP', selector: { app: 'cache' }, ports: [{ port: 6379 }] })
})
