import { expect, test } from '@jest/globals'

import { schedulerCommand, serviceCommand, sidecarCommand } from '../../cli/local/commands.ts'
import { folderOf } from '../../cli/local/folder.ts'
import { nameResolution } from '../../cli/local/name-resolution.ts'
import { configurationOf } from '../../cli/local/resources.ts'

const app = { id: 'shop', port: 9000, program: ['apps/shop.ts', '--fast'], env: { MODE: 'x' }, readyPath: '/up', configuration: 'shop-configuration', health: { 'app-health-check-path': '/up' }, namespace: 'market', examples: [] } as const
const ports = { http: 1, grpc: 2, internal: 3 }
const folder = folderOf('/checkout', 1000)

test('two runs with different offsets share no file', () => {
  expect(folder.data).toBe('/checkout/.local/1000')
  expect([folder.manifests, folder.resources, folder.names, folder.configuration('shop')].every((path) => path.startsWith('/checkout/.local/1000/run/'))).toBe(true)
})

test('a sidecar has its ports, resources and scheduler, and everything of it is on loopback', () => {
  const { args, cwd, env } = sidecarCommand('/bin/daprd', app, ports, 4, folder, false)
  expect(args).toEqual(expect.arrayContaining([
    '--app-id=shop', '--app-port=9000', '--dapr-http-port=1', '--dapr-grpc-port=2', '--dapr-internal-grpc-port=3', '--scheduler-host-address=127.0.0.1:4',
    '--resources-path=/checkout/.local/1000/run/resources', '--config=/checkout/.local/1000/run/configuration-shop.yaml',
    '--dapr-listen-addresses=127.0.0.1', '--dapr-internal-grpc-listen-address=127.0.0.1', '--enable-metrics=false', '--log-level=warn', '--app-health-check-path=/up',
  ]))
  expect([cwd, env]).toEqual(['/checkout/.local/1000', { DAPR_HOST_IP: '127.0.0.1', NAMESPACE: 'market' }])
})

test('the scheduler keeps its jobs beside the state, and listens on loopback', () => {
  const { args } = schedulerCommand('/bin/scheduler', { api: 1, health: 2, client: 3, peer: 4 }, folder, true)
  expect(args).toEqual(expect.arrayContaining([
    '--port=1', '--listen-address=127.0.0.1', '--etcd-client-port=3', '--etcd-client-listen-address=127.0.0.1',
    '--etcd-initial-cluster=dapr-scheduler-server-0=http://127.0.0.1:4', '--etcd-data-dir=/checkout/.local/1000/scheduler', '--log-level=info',
  ]))
})

test('a service runs as its source under a watcher, and is told where it and its sidecar listen', () => {
  const { file, args, cwd, env } = serviceCommand('/bin/node', app, ports, '/checkout')
  expect([file, ...args]).toEqual(['/bin/node', '--watch', '--watch-preserve-output', 'apps/shop.ts', '--fast'])
  expect([cwd, env]).toEqual(['/checkout', { MODE: 'x', DRAIN_SECONDS: '0', APP_HOST: '127.0.0.1', APP_PORT: '9000', DAPR_HTTP_PORT: '1', DAPR_GRPC_PORT: '2' }])
})

test('the Configuration of an app is its own, without what only a cluster has, and with the names of this run', () => {
  const own = { apiVersion: 'dapr.io/v1alpha1', kind: 'Configuration', metadata: { name: 'shop-configuration' }, spec: { accessControl: {}, mtls: {}, secrets: { scopes: [] }, tracing: { samplingRate: '1' } } }
  const names = { nameResolution: nameResolution('/run/names.db') }
  expect(configurationOf(app, [own], '/run/names.db')).toMatchObject({ metadata: { name: 'shop-configuration' } })
  expect(configurationOf(app, [own], '/run/names.db').spec).toEqual({ tracing: { samplingRate: '1' }, ...names })
  expect(configurationOf(app, [], '/run/names.db').spec).toEqual(names)
})
