import { describe, expect, test } from '@jest/globals'
import { App, Chart, Testing } from 'cdk8s'

import { type BrokerTopic, defaultTopicSettings, processingSeconds } from '../../../config/define/index.ts'
import { NatsServer, type NatsServerProps, natsUrl, PubSub } from '../../../infra/constructs/index.ts'
import { find, type Manifest, namesOf, podOf } from '../manifest.ts'

const topic = (name: string, settings: Partial<BrokerTopic['settings']> = {}): BrokerTopic => ({
  name,
  settings: { ...defaultTopicSettings, ...settings },
  subscribers: ['billing', 'shop'],
})
const props: NatsServerProps = { stack: 'orders', name: 'broker', image: 'nats:2', storage: '2Gi', topics: [topic('orders', { retentionHours: 24 }), topic('a.b')] }
const server = (changes: Partial<NatsServerProps> = {}): Manifest[] => {
  const chart = new Chart(new App(), 'servers', { disableResourceNameHashes: true })
  new NatsServer(chart, 'broker', { ...props, ...changes })
  return Testing.synth(chart) as Manifest[]
}

const objects = server()
const workload = find(objects, 'StatefulSet', 'broker')
const jobOf = (manifests: readonly Manifest[]): Manifest => find(manifests, 'Job', namesOf(manifests, 'Job').join())
const filesOf = (manifests: readonly Manifest[]) => (find(manifests, 'ConfigMap', 'broker') as unknown as { readonly data: { readonly setup: string; readonly 'nats-server.conf': string } }).data

/** What the setup asks for, by subject: each PUB line says how long the next line is. */
const requests = (() => {
  const lines = filesOf(objects).setup.split('\n')
  return new Map(lines.flatMap((line, index) => {
    const [, subject = '', , length] = /^PUB \$JS\.API\.(\S+) (\S+) (\d+)$/.exec(line) ?? []
    const body = lines[index + 1] ?? ''
    return subject === '' ? [] : [[subject, { length: Number(length), body }] as const]
  }))
})()
const bodyOf = (subject: string): unknown => JSON.parse(requests.get(subject)?.body ?? '')

describe('the server', () => {
  test('is one node on a volume that outlives the pod, and has each event on it before it answers', () => {
    expect(workload.spec).toMatchObject({ replicas: 1, volumeClaimTemplates: [{ metadata: { name: 'data' }, spec: { resources: { requests: { storage: '2Gi' } } } }] })
    expect(podOf(workload).spec.containers[0]?.command).toEqual(['nats-server', '--config', '/etc/nats-server/nats-server.conf', '--store_dir', '/data'])
    expect(filesOf(objects)['nats-server.conf']).toContain('sync_interval: always')
  })

  test('has an address that stays the same when its pod is another', () => {
    expect(find(objects, 'Service', 'broker').spec).toMatchObject({ type: 'ClusterIP', selector: { app: 'broker' }, ports: [{ port: 4222 }] })
    expect(natsUrl('broker')).toBe('nats://broker:4222')
  })

  test('is another pod when its settings are others, and not for other topics', () => {
    const digestOf = (manifests: readonly Manifest[]) => podOf(find(manifests, 'StatefulSet', namesOf(manifests, 'StatefulSet').join())).metadata.annotations?.['dapr-stack/config-digest']
    expect(digestOf(server({ topics: [] }))).toBe(digestOf(objects))
    expect(digestOf(server({ name: 'other' }))).not.toBe(digestOf(objects))
  })
})

describe('what makes the streams', () => {
  test('says how long each request is', () => {
    expect(requests.size).toBe(2 * (2 + 2 * 2))
    for (const { length, body } of requests.values()) expect(length).toBe(Buffer.byteLength(body))
  })

  test('has a stream for each topic with its retention, and no more copies than there are servers', () => {
    const stream = { name: 'orders', subjects: ['orders'], storage: 'file', max_age: 24 * 3.6e12, num_replicas: 1 }
    expect(bodyOf('STREAM.CREATE.orders')).toMatchObject(stream)
    expect(bodyOf('STREAM.UPDATE.orders')).toEqual(bodyOf('STREAM.CREATE.orders'))
  })

  test('takes an event with the id of an older one, for that is what a replayed dead letter is', () => {
    expect(bodyOf('STREAM.CREATE.orders')).toMatchObject({ duplicate_window: 100_000_000 })
  })

  test('has a consumer for each app, which its replicas share and which waits as long as all deliveries may take', () => {
    expect(bodyOf('CONSUMER.CREATE.orders.billing.orders')).toMatchObject({
      stream_name: 'orders',
      config: { durable_name: 'billing', deliver_group: 'billing', filter_subject: 'orders', ack_policy: 'explicit', ack_wait: processingSeconds * 1e9 },
    })
    expect(requests.has('CONSUMER.INFO.orders.shop')).toBe(true)
  })

  test('names a stream without the dots that a topic may have', () => {
    expect(bodyOf('STREAM.CREATE.a:b')).toMatchObject({ name: 'a:b', subjects: ['a.b'] })
    expect(bodyOf('CONSUMER.CREATE.a:b.shop.a.b')).toMatchObject({ stream_name: 'a:b', config: { filter_subject: 'a.b' } })
  })

  test('has a Job whose name follows from what it does, for a Job that is there cannot be changed', () => {
    expect(jobOf(objects).metadata.name).toMatch(/^broker-streams-[0-9a-f]{8}$/)
    for (const changes of [{ topics: [topic('orders')] }, { image: 'nats:3' }]) expect(jobOf(server(changes)).metadata.name).not.toBe(jobOf(objects).metadata.name)
  })
})

test.each([workload, jobOf(objects)])('the pods of $kind have no token and no rights', (owner) => {
  const { automountServiceAccountToken, containers } = podOf(owner).spec
  expect(automountServiceAccountToken).toBe(false)
  expect(containers.map(({ securityContext }) => securityContext)).toEqual([{ allowPrivilegeEscalation: false, readOnlyRootFilesystem: true, capabilities: { drop: ['ALL'] } }])
})

test('a sidecar is the consumer of its app, and waits as long as the consumer does', () => {
  const { type, metadata } = PubSub.jetStream({ url: natsUrl('broker'), token: { secret: 'nats', key: 'token' } })
  expect(type).toBe('pubsub.jetstream')
  expect(metadata).toEqual([
    { name: 'natsURL', value: 'nats://broker:4222' },
    { name: 'token', secretKeyRef: { secret: 'nats', key: 'token' } },
    { name: 'durableName', value: '{appID}' },
    { name: 'queueGroupName', value: '{appID}' },
    { name: 'concurrency', value: 'single' },
    { name: 'ackWait', value: '60s' },
  ])
})
