import { gzipSync } from 'node:zlib'

import { App, Chart, Testing } from 'cdk8s'
import { execaSync } from 'execa'
import { z } from 'zod'

import type { AnyObject } from '../../../cli/kube/index.ts'
import { defineStack } from '../../../config/define/index.ts'
import { DaprStack, kafkaAddress, KafkaServer, PubSub, SecretStore, StateStore } from '../../../infra/constructs/index.ts'
import { images } from '../../../infra/images.ts'

/** A stack as small as one can be that has everything that can break: two apps, a store, a broker, secrets, a topic, a call. */
const shop = defineStack({
  components: { store: 'state', bus: 'pubsub', vault: 'secrets' },
  topics: { orders: { pubsub: 'bus', events: { placed: z.looseObject({}) } } },
  services: {
    shop: { port: 8000, state: ['store'], publishes: ['orders'], invokes: { billing: ['charge'] }, secrets: { vault: ['api-key'] } },
    billing: { port: 8001, state: ['store'], subscribes: { orders: { name: 'billing-orders', marks: 'store' } }, methods: { charge: { request: z.looseObject({}), response: z.looseObject({}) } } },
  },
})

/** What runs in the image: either app of the shop, by the binding. It fails an event that asks for it. */
const program = `
import { z } from 'zod'
import { defineStack } from './config/define/index.ts'
import { createHttpSidecar, implement } from './service/dapr/index.ts'
import { createServer } from './service/http/index.ts'
const app = process.argv[2]
const any = z.looseObject({})
const stack = defineStack({
  components: { store: 'state', bus: 'pubsub' },
  topics: { orders: { pubsub: 'bus', events: { placed: any } } },
  services: {
    shop: { port: 8000, state: ['store'], publishes: ['orders'], invokes: { billing: ['charge'] } },
    billing: { port: 8001, state: ['store'], subscribes: { orders: { name: 'billing-orders', marks: 'store' } }, methods: { charge: { request: any, response: any } } },
  },
})
const sidecar = createHttpSidecar({ origin: 'http://127.0.0.1:3500', apiToken: process.env.DAPR_API_TOKEN, callMs: 2000, invocationMs: 2000 })
const server = createServer({ logger: false, receiveMs: 5000, translators: [] })
for (const path of ['/ready', '/health']) server.get(path, async () => 'ok')
if (process.env.SUBSCRIBE_ANSWER) server.get('/dapr/subscribe', async () => ({ answer: process.env.SUBSCRIBE_ANSWER }))
const handlers = app === 'billing' ? { subscriptions: { orders: { placed: async () => {} } }, methods: { charge: async () => ({}) } } : {}
server.register(implement(stack, app, handlers, { sidecar, appToken: process.env.APP_API_TOKEN }))
process.on('SIGTERM', () => process.exit(0))
void server.listen({ host: '0.0.0.0', port: stack.services[app].port })
`

const programs = { name: 'programs', folder: 'programs', file: 'shop.mjs', packed: 'shop.gz' } as const

/** Loaded later by the service, and not at all by the program. */
const unused = ['@fastify/swagger', '@fastify/swagger-ui', '@dapr/dapr'].map((name) => `--external:${name}`)

/** The program with all that it imports, packed: a ConfigMap holds at most 1 MiB. */
const packed = (): string => gzipSync(execaSync('esbuild', ['--bundle', '--platform=node', '--format=cjs', '--minify', '--loader=ts', ...unused], { preferLocal: true, input: program }).stdout, { level: 9 }).toString('base64')

/** Runs what is packed. */
const loader = `
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { gunzipSync } from 'node:zlib'
const text = gunzipSync(readFileSync(new URL('${programs.packed}', import.meta.url))).toString()
new Function('require', 'module', text)(createRequire(import.meta.url), {})
`

const programMap: AnyObject & { readonly data: unknown; readonly binaryData: unknown } = {
  apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: programs.name }, data: { [programs.file]: loader }, binaryData: { [programs.packed]: packed() },
}

const labels = { app: 'redis' }

/** A Redis that keeps nothing. */
const redis: readonly AnyObject[] = [
  { apiVersion: 'v1', kind: 'Service', metadata: { name: 'redis' }, spec: { selector: labels, ports: [{ port: 6379 }] } },
  {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'redis' },
    spec: {
      selector: { matchLabels: labels },
      template: {
        metadata: { labels },
        spec: {
          terminationGracePeriodSeconds: 0,
          containers: [{ name: 'redis', image: images.redis, imagePullPolicy: 'IfNotPresent', command: ['redis-server', '--save', '', '--dir', '/tmp', '--protected-mode', 'no'], readinessProbe: { tcpSocket: { port: 6379 }, periodSeconds: 1 } }],
        },
      },
    },
  },
]

const Workload = z.looseObject({ spec: z.looseObject({ template: z.looseObject({ metadata: z.looseObject({ annotations: z.record(z.string(), z.string()) }), spec: z.looseObject({ containers: z.array(z.looseObject({ volumeMounts: z.array(z.unknown()).default([]) })), volumes: z.array(z.unknown()).default([]) }) }) }) })

/** A sidecar that ends at once, and is not taken for sick on a machine that is busy with much else. */
const patient = {
  'dapr.io/block-shutdown-duration': '1s',
  'dapr.io/graceful-shutdown-seconds': '1',
  'dapr.io/app-health-probe-interval': '5',
  'dapr.io/app-health-probe-timeout': '4000',
  'dapr.io/sidecar-readiness-probe-timeout-seconds': '5',
}

/** Pods that have the program, are replaced at once, and are ready as soon as they are. Others stay as they are. */
const quick = (object: AnyObject): AnyObject => {
  if (object.kind !== 'Deployment') return object
  const { spec, ...rest } = Workload.parse(object)
  const { template } = spec
  const containers = template.spec.containers.map((container) => ({
    ...container,
    readinessProbe: { httpGet: { path: '/ready', port: 'http' }, periodSeconds: 2, timeoutSeconds: 5 },
    volumeMounts: [...container.volumeMounts, { name: programs.name, mountPath: `/app/${programs.folder}` }],
  }))
  const volumes = [...template.spec.volumes, { name: programs.name, configMap: { name: programs.name } }]
  const annotations = { ...template.metadata.annotations, ...patient }
  return { ...rest, spec: { ...spec, strategy: { type: 'Recreate' }, template: { ...template, metadata: { ...template.metadata, annotations }, spec: { ...template.spec, terminationGracePeriodSeconds: 1, containers, volumes } } } }
}

// They ask for little, so that a busy node has room for them.
const resources = { requests: { cpu: '1m', memory: '48Mi' }, limits: { cpu: '1', memory: '256Mi' } }
const app = { replicas: 1, servicePort: 80, resources, sidecar: resources, tokens: { api: 'api-token', app: 'app-token' } }
const secret = (name: string, value: string): AnyObject & { readonly stringData: unknown } => ({ apiVersion: 'v1', kind: 'Secret', metadata: { name }, stringData: { token: value } })

/** The brokers that the shop can have. Kafka has no topic until somebody makes it. */
const brokers = {
  redis: () => PubSub.redis({ host: 'redis:6379' }),
  kafka: (chart: Chart) => {
    new KafkaServer(chart, 'kafka', { stack: 'shop', name: 'kafka', image: images.kafka, storage: '256Mi', topics: [] })
    return PubSub.kafka({ brokers: kafkaAddress('kafka') })
  },
} as const

/** Everything of the shop in a namespace, in the order of an apply: its apps last. */
export const shopIn = (namespace: string, image: string, broker: keyof typeof brokers = 'redis'): AnyObject[] => {
  const chart = new Chart(new App(), 'shop', { namespace, disableResourceNameHashes: true })
  const backends = { store: StateStore.redis({ host: 'redis:6379' }), bus: brokers[broker](chart), vault: SecretStore.kubernetes() }
  new DaprStack(chart, 'shop', { stack: shop, backends, apps: { shop: app, billing: app }, image, command: (name) => ['node', `${programs.folder}/${programs.file}`, name] })
  const own = [programMap, ...redis, secret('api-token', 'api'), secret('app-token', 'app'), secret('api-key', 'key')].map((object) => ({ ...object, metadata: { name: object.metadata?.name ?? '', namespace } }))
  return [{ apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } }, ...own, ...(Testing.synth(chart) as AnyObject[]).filter(({ kind }) => kind !== 'Job').map(quick)]
}
