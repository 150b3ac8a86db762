import { setTimeout } from 'node:timers/promises'

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'

import { eventually } from '../../cli/eventually.ts'
import { askSidecar, type Deployed } from '../../cli/verify/index.ts'
import { images } from '../../infra/images.ts'
import { redisAddress, redisPort } from '../../infra/constructs/index.ts'
import { containerSecurity, podSecurity } from '../../infra/constructs/security.ts'
import { sidecarPorts } from '../../config/define/index.ts'
import { deploy, type Deployment, onePodEach, single, untilReady } from './deployment.ts'
import { opening } from './network.ts'
import { inspect, target } from './target.ts'

const post = (body: string) => ({ method: 'POST', headers: { 'content-type': 'application/json' }, body }) as const

const strangerPort = 7000

/** An app that takes everything, and tells how many events it was given. */
const counter = `
let events = 0
require('node:http').createServer((request, response) => {
  if (request.method === 'POST') events += 1
  response.writeHead(request.url === '/dapr/subscribe' ? 404 : 200, { 'content-type': 'application/json' }).end(request.method === 'POST' ? '{}' : String(events))
}).listen(${strangerPort})`

/** What nobody declared is refused, and beside it what somebody did is not. */
describe('least privilege on a real cluster, environment dev', () => {
  let deployment: Deployment
  let subject: Deployed

  const podOf = (name: string, spec: object, annotations = {}) =>
    ({ apiVersion: 'v1', kind: 'Pod', metadata: { name, namespace: deployment.cluster.namespace, labels: { app: name }, annotations }, spec: { automountServiceAccountToken: false, terminationGracePeriodSeconds: 0, ...spec } })
  const container = (name: string, more: object = {}) => ({ name, image: process.env['STACK_IMAGE'] ?? images.app, imagePullPolicy: 'IfNotPresent', command: ['node', '-e', counter], ...more })
  const restricted = (name: string) => ({ securityContext: podSecurity, containers: [container(name, { securityContext: containerSecurity })] })

  beforeAll(async () => {
    deployment = await deploy(target(), { environment: 'dev', change: single })
    const { objects, namespace } = deployment.cluster
    subject = inspect(deployment.cluster)
    for (const name of ['api-key', 'mail-api-key']) await objects.apply({ apiVersion: 'v1', kind: 'Secret', metadata: { name, namespace }, ...{ stringData: { [name]: 'value' } } })
    await objects.apply(podOf('stranger', restricted('stranger'), { 'dapr.io/enabled': 'true', 'dapr.io/app-id': 'stranger', 'dapr.io/app-port': String(strangerPort), 'dapr.io/disable-builtin-k8s-secret-store': 'true' }))
    await untilReady(deployment.cluster, onePodEach('stranger'))
  }, 180_000)

  afterAll(async () => {
    await subject.access.close()
    await deployment.remove()
  }, 180_000)

  const statusOf = async (app: string, path: string, init = {}): Promise<number> => (await askSidecar(subject, app, path, init)).status

  it('an app invokes what it declared, and no other path; one that nobody declared invokes nothing, even where it gets through to the sidecar', async () => {
    const { objects, namespace } = deployment.cluster
    await objects.apply(opening(namespace, 'notification-service', sidecarPorts.internalGrpc, 'stranger'))
    const method = (name: string) => `/v1.0/invoke/notification-service/method/${name}`
    expect(await statusOf('task-api', method('notify'), post('{}'))).toBe(422)
    expect(await statusOf('task-api', method('notifications/x'))).toBe(403)
    await eventually(async () => expect(await statusOf('stranger', method('notify'), post('{}'))).toBe(403), { seconds: 30 })
  })

  it('an app reads its own store, and not that of another; one that nobody declared reads none', async () => {
    expect(await statusOf('task-api', '/v1.0/state/statestore/none')).toBe(204)
    expect(await statusOf('task-api', '/v1.0/state/notification-store/none')).toBe(400)
    expect(await statusOf('stranger', '/v1.0/state/statestore/none')).toBeGreaterThanOrEqual(400)
  })

  const canary = post('{"specversion":"1.0","id":"a","source":"a","type":"stack.canary"}')
  const topic = 'task-events'

  it('an app publishes on its own topics; one that nobody declared publishes nothing', async () => {
    expect(await statusOf('task-api', `/v1.0/publish/pubsub/${topic}`, canary)).toBe(204)
    expect([403, 404]).toContain(await statusOf('notification-service', `/v1.0/publish/pubsub/${topic}`, canary))
    expect(await statusOf('stranger', `/v1.0/publish/pubsub/${topic}`, canary)).toBeGreaterThanOrEqual(400)
  })

  const dapr = (version: string, kind: string, name: string, rest: object) => ({ apiVersion: `dapr.io/${version}`, kind, metadata: { name, namespace: deployment.cluster.namespace }, ...rest, scopes: ['stranger'] })
  const subscription = (pubsubname: string) => dapr('v2alpha1', 'Subscription', `of-${pubsubname}`, { spec: { pubsubname, topic, routes: { default: '/events' } } })
  const events = async (): Promise<number> => Number(await deployment.cluster.exec('stranger', 'stranger', ['node', '-e', `fetch('http://127.0.0.1:${strangerPort}/').then((answer) => answer.text()).then(console.log)`]))

  it('one that nobody declared receives nothing, until somebody who may write components gives it one', async () => {
    const { objects, namespace } = deployment.cluster
    await objects.apply(subscription('pubsub'))
    expect(await statusOf('task-api', `/v1.0/publish/pubsub/${topic}`, canary)).toBe(204)
    await setTimeout(5_000)
    expect(await events()).toBe(0)
    await objects.apply(opening(namespace, 'redis-master', redisPort, 'stranger'))
    await objects.apply(dapr('v1alpha1', 'Component', 'bus', { spec: { type: 'pubsub.redis', version: 'v1', metadata: [{ name: 'redisHost', value: redisAddress('redis-master') }] } }))
    await objects.apply(subscription('bus'))
    await eventually(async () => expect(await events()).toBeGreaterThan(0), { seconds: 60, everySeconds: 1 })
  }, 90_000)

  it('an app reads the secret that is named for it, and no other, from neither store', async () => {
    expect(await statusOf('task-api', '/v1.0/secrets/kubernetes-secrets/api-key')).toBe(200)
    expect(await statusOf('task-api', '/v1.0/secrets/kubernetes-secrets/mail-api-key')).toBe(403)
    expect(await statusOf('task-api', '/v1.0/secrets/kubernetes/api-key')).toBe(403)
    expect(await statusOf('notification-service', '/v1.0/secrets/kubernetes-secrets/mail-api-key')).toBe(200)
  })

  it('a sidecar answers the APIs that its app uses, and no others', async () => {
    expect(await statusOf('ai-service', '/v1.0/metadata')).toBe(200)
    expect(await statusOf('ai-service', '/v1.0/state/statestore/none')).toBe(404)
    expect(await statusOf('task-api', '/v1.0/shutdown', { method: 'POST' })).toBe(404)
    expect(await statusOf('task-api', '/v1.0/metadata')).toBe(200)
  })

  it('no app has the token of a service account, though its sidecar reads secrets', async () => {
    const [pod] = await deployment.cluster.pods('task-api')
    const listed = (path: string) => deployment.cluster.exec(pod?.name ?? '', 'task-api', ['node', '-p', `require('fs').existsSync('${path}')`])
    expect(await listed('/tmp')).toContain('true')
    expect(await listed('/var/run/secrets/kubernetes.io/serviceaccount')).toContain('false')
  })

  it('the namespace refuses a pod that asks for more than Pod Security restricted grants', async () => {
    const { objects } = deployment.cluster
    await expect(objects.apply(podOf('privileged', { containers: [container('privileged', { securityContext: { privileged: true } })] }))).rejects.toThrow(/violates PodSecurity .*restricted/)
    await objects.apply(podOf('modest', restricted('modest')))
  })
})
