import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'

import { describe, expect, test } from '@jest/globals'
import { Ajv } from 'ajv'
import { parse } from 'yaml'

import { graphOf, topicRights } from '../../../config/define/index.ts'
import { stack } from '../../../config/tasks/index.ts'
import { PubSub } from '../../../infra/constructs/index.ts'
import { images } from '../../../infra/images.ts'
import { environments } from '../../../infra/tasks/environments.ts'
import type { KubeObject } from '../../../cli/kube/port.ts'
import { parseManifests } from '../../../cli/local/manifests.ts'
import { type Desired, desiredOf } from '../../../cli/stack/desired.ts'
import { composeFile, composeFiles } from '../../../cli/stack/synth/compose/compose.ts'
import { podTemplate, serviceOf } from '../../../cli/stack/synth/compose/container.ts'
import { onThisMachine } from '../../../cli/stack/synth/dapr-run/addresses.ts'
import { runFiles } from '../../../cli/stack/synth/dapr-run/run-file.ts'
import type { TargetFiles } from '../../../cli/stack/synth/target.ts'
import { writeTarget } from '../../../cli/stack/synth/write.ts'
import { versions } from '../../../toolchain/versions.ts'
import { backends, ordersObjects } from '../../infra/orders-chart.ts'
import type { Manifest } from '../../infra/manifest.ts'
import { taskObjects } from '../../infra/task-objects.ts'
import { RunFile } from './run-file-schema.ts'

const schemaFile = join(dirname(createRequire(import.meta.url).resolve('dclint/package.json')), 'schemas/compose.schema.json')
const composeSchema = JSON.parse(await readFile(schemaFile, 'utf8')) as object
const validCompose = new Ajv({ strict: false, validateFormats: false, meta: false, validateSchema: false }).compile(composeSchema)

const asObjects = (manifests: readonly Manifest[]): KubeObject[] => manifests.map((object): KubeObject => ({ ...object, metadata: { ...object.metadata } }))
const desired = (environment: keyof typeof environments): Desired => desiredOf(asObjects(taskObjects({ environment: environments[environment] })))

const compose = (wanted: Desired) => composeFiles(wanted, '/stack', 'dist/compose')
const run = (wanted: Desired) => runFiles(wanted, '/stack', 'dist/dapr-run')
const textOf = ({ files }: TargetFiles, path: string): string => files.find((file) => file.path === path)?.text ?? ''
const kind = (target: TargetFiles, wanted: string) => parseManifests(target.files.filter(({ objects: [name = ''], path }) => path.startsWith('resources/') && name.startsWith(`${wanted}/`)).map(({ text }) => text))

interface Service {
  readonly image: string
  readonly command?: readonly string[]
  readonly network_mode?: string
  readonly depends_on?: Readonly<Record<string, { readonly condition: string }>>
  readonly volumes?: readonly string[]
  readonly [field: string]: unknown
}
interface Compose { readonly name: string; readonly services: Readonly<Record<string, Service>>; readonly volumes: object }
interface Run { readonly apps: readonly { readonly appID: string; readonly appPort: number; readonly command: readonly string[]; readonly resourcesPaths: readonly string[]; readonly configFilePath: string }[] }
const composeOf = (wanted: Desired) => parse(textOf(compose(wanted), composeFile)) as Compose
const runOf = (wanted: Desired) => parse(textOf(run(wanted), 'dapr.yaml')) as Run

/** Those that need neither a Secret nor a server of a local run. */
const portable = ['dev', 'kafka', 'jetstream'] as const
const graph = graphOf(stack)
const ids = graph.apps.map(({ id }) => id)

describe.each(portable)('in environment %s', (environment) => {
  const wanted = desired(environment)
  const file = composeOf(wanted)
  const { services } = file

  test('the compose file is one by the schema of the Compose Specification', () => {
    expect([validCompose(file), validCompose.errors]).toEqual([true, null])
  })

  test('fails to be one when something in it is broken', () => {
    const broken = (service: object): unknown => ({ ...file, services: { ...services, broken: service } })
    for (const service of [{ imagee: 'x' }, { image: 1 }, { image: 'x', depends_on: { a: { condition: 'ready' } } }, { image: 'x', healthcheck: { test: 1 } }]) expect(validCompose(broken(service))).toBe(false)
  })

  test('the run file has the fields that Dapr documents', () => {
    expect(RunFile.safeParse(runOf(wanted)).error?.issues).toBeUndefined()
  })

  test('fails to have them when something in it is broken', () => {
    const { apps: [app] } = runOf(wanted)
    for (const broken of [{ appId: 'x' }, { appPort: '8000' }, { appDirPath: undefined }, { resourcesPaths: 'x' }]) expect(RunFile.safeParse({ version: 1, apps: [{ ...app, ...broken }] }).success).toBe(false)
    expect(RunFile.safeParse({ apps: [app] }).success).toBe(false)
  })

  test('ids and ports of the apps in both targets are those of the graph', () => {
    expect(runOf(wanted).apps.map(({ appID, appPort }) => ({ id: appID, port: appPort }))).toEqual(graph.apps.map(({ id, port }) => ({ id, port })))
    const sidecars = ids.map((id) => services[`${id}-daprd`])
    expect(sidecars.map((sidecar) => sidecar?.command?.slice(1, 3))).toEqual(graph.apps.map(({ id, port }) => [`--app-id=${id}`, `--app-port=${port}`]))
    expect(sidecars.map((sidecar) => sidecar?.network_mode)).toEqual(ids.map((id) => `service:${id}`))
    expect(ids.map((id) => services[id]?.['ports'])).toEqual(graph.apps.map(({ port }) => [`127.0.0.1:${port}:${port}`]))
  })

  test.each([['compose', compose], ['dapr-run', run]] as const)('names, scopes, topics and routes of %s are those of the graph', (_, make) => {
    const target = make(wanted)
    expect(kind(target, 'Component').map(({ metadata, scopes }) => ({ name: metadata.name, users: scopes }))).toEqual(graph.components.map(({ name, users }) => ({ name, users })))
    const scoped = kind(target, 'Component').flatMap(({ metadata, spec }) => (spec as { metadata: { name: string; value: string }[] }).metadata.filter(({ name }) => name === 'publishingScopes').map(({ value }) => [metadata.name, value]))
    expect(scoped).toEqual(graph.components.filter(({ kind: of }) => of === 'pubsub').map(({ name }) => [name, topicRights(graph, name).map(({ app, publishes }) => `${app}=${publishes.join(',')}`).join(';')]))
    const declared = graph.subscriptions.flatMap(({ name, app, topic, pubsub, route, deadLetterTopic, deadLetters }) => [{ name, app, topic, pubsub, route }, { name: deadLetters.name, app, topic: deadLetterTopic, pubsub, route: deadLetters.route }])
    const subscriptions = kind(target, 'Subscription').map(({ metadata, scopes, spec }) => {
      const { topic, pubsubname, routes } = spec as { topic: string; pubsubname: string; routes: { default: string } }
      return { name: metadata.name, app: (scopes as string[])[0], topic, pubsub: pubsubname, route: routes.default }
    })
    expect(subscriptions).toEqual(declared)
  })

  test('sidecars outside of a cluster are asked for nothing that only a cluster has', () => {
    for (const { text } of [...compose(wanted).files, ...run(wanted).files]) expect(text).not.toMatch(/accessControl|secretstores\.kubernetes|namespace:/)
  })

  test('every sidecar waits for the servers and for what prepares them', () => {
    const before = services[`${ids[0]}-daprd`]?.depends_on ?? {}
    const servers = wanted.objects.filter(({ kind: of }) => of === 'StatefulSet').map(({ metadata }) => metadata.name)
    const jobs = wanted.objects.filter(({ kind: of }) => of === 'Job').map(({ metadata }) => metadata.name)
    expect(servers.map((name) => [before[name]?.condition, services[name]?.['healthcheck'] !== undefined])).toEqual(servers.map(() => ['service_healthy', true]))
    expect(jobs.map((name) => before[name]?.condition)).toEqual(jobs.map(() => 'service_completed_successfully'))
  })

  test('whatever a service waits for, mounts or stores is there', () => {
    const { files, secretsFile } = compose(wanted)
    for (const { depends_on: before = {}, volumes = [] } of Object.values(services)) {
      expect(Object.keys(services)).toEqual(expect.arrayContaining(Object.keys(before)))
      for (const [from = ''] of volumes.map((volume) => volume.replace(/^\$\{\w+:-(.*?)\}/, '$1').split(':'))) {
        const path = from.replace(/^\.\//, '')
        const isThere = from.startsWith('./') ? path === secretsFile || files.some((one) => one.path === path || one.path.startsWith(`${path}/`)) : Object.keys(file.volumes).includes(from)
        expect([from, isThere]).toEqual([from, true])
      }
    }
  })
})

test('images come from the one file, and the sidecar is of the version that is tested', () => {
  const { services } = composeOf(desired('dev'))
  expect(new Set(Object.values(services).map(({ image }) => image))).toEqual(new Set([images.app, images.redis, images.daprd, images.scheduler]))
  expect([images.daprd, images.scheduler]).toEqual([`docker.io/daprio/daprd:${versions.dapr}`, `docker.io/daprio/scheduler:${versions.dapr}`])
})

describe('a compose file', () => {
  const { services } = composeOf(desired('kafka'))

  test('knows Kafka by the name that it tells its clients', () => {
    const settings = textOf(compose(desired('kafka')), 'files/kafka/server.properties')
    const [, told] = /advertised\.listeners=CLIENT:\/\/(.+):\d+/.exec(settings) ?? []
    expect(services['kafka']?.['networks']).toEqual({ default: { aliases: [told] } })
  })
  test('runs what prepares a server before it, one after the other', () => {
    expect(services['kafka']?.depends_on).toEqual({ 'kafka-format': { condition: 'service_completed_successfully' } })
    const job = Object.keys(services).filter((name) => name.startsWith('kafka-topics-'))
    expect(services[job[1] ?? '']?.depends_on).toEqual({ [job[0] ?? '']: { condition: 'service_completed_successfully' } })
  })

  test('has no scheduler for apps without jobs', () => {
    const objects = asObjects(ordersObjects({ command: () => ['node', 'main.js'] }))
    expect(Object.keys(composeOf(desiredOf(objects)).services)).toEqual(['shop', 'shop-daprd', 'billing', 'billing-daprd'])
  })

  const pod = (container: object, rest: object = {}): KubeObject => ({ apiVersion: 'apps/v1', kind: 'StatefulSet', metadata: { name: 'web' }, spec: { template: { spec: { containers: [{ name: 'web', image: 'web:1', ...container }], ...rest } } } })
  const service = (object: KubeObject): Service => {
    const template = podTemplate(object)
    return serviceOf('web', template.main, template) as Service
  }

  test('keeps a dollar sign from being taken for a variable', () => {
    expect(service(pod({ command: ['sh', '-c', 'echo $X $(y)'], env: [{ name: 'PRICE', value: '$5' }] }))).toMatchObject({ entrypoint: ['sh', '-c', 'echo $$X $$(y)'], environment: { PRICE: '$$5' } })
  })

  test('runs as the user of the pod, without what the pod gives up', () => {
    const securityContext = { allowPrivilegeEscalation: false, readOnlyRootFilesystem: true, capabilities: { drop: ['ALL'] } }
    expect(service(pod({ securityContext }, { securityContext: { runAsUser: 10, runAsGroup: 20 } }))).toMatchObject({ user: '10:20', read_only: true, cap_drop: ['ALL'], security_opt: ['no-new-privileges:true'] })
  })

  test('asks what the probe asks, and gives a slow start its time', () => {
    const checkOf = (readinessProbe: object, command: readonly string[] = []) => service(pod({ readinessProbe, command }))['healthcheck']
    expect(checkOf({ exec: { command: ['ping', '$X'] }, periodSeconds: 2 })).toEqual({ test: ['CMD', 'ping', '$$X'], start_period: '60s', interval: '2s', timeout: '5s', retries: 3 })
    expect(checkOf({ tcpSocket: { port: 9 } })).toMatchObject({ test: ['CMD', 'nc', '-z', '127.0.0.1', '9'] })
    expect(checkOf({ httpGet: { path: '/ready', port: 8 } }, ['node', 'x.js'])).toMatchObject({ test: ['CMD', 'node', '-e', expect.stringContaining('http://127.0.0.1:8/ready')] })
    expect(checkOf({ httpGet: { path: '/ready', port: 8 } }, ['shop'])).toBeUndefined()
  })

  test('fails for a pod of several containers', () => {
    const several = { ...pod({}), spec: { template: { spec: { containers: [{ name: 'a', image: 'a:1' }, { name: 'b', image: 'b:1' }] } } } }
    expect(() => podTemplate(several)).toThrow('StatefulSet/web has 2 containers, and a service of compose has one; give each a workload of its own')
  })
})

describe('a run file', () => {
  test('starts the source of each app in the folder of the stack', () => {
    expect(runOf(desired('dev')).apps[0]).toMatchObject({ appDirPath: '../..', command: ['node', 'service/task-api/main.ts'], resourcesPaths: ['dist/dapr-run/resources'], configFilePath: 'dist/dapr-run/configurations/task-api.yaml' })
  })

  test('says which servers must be on this machine', () => {
    expect(run(desired('kafka')).next).toEqual(['needs redis-master at localhost:6379', 'needs kafka at localhost:9092', expect.stringMatching(/^needs there what Job\/kafka-topics-\w+ makes$/), 'npx -c "dapr run -f dist/dapr-run"'])
  })

  test('fails for an app whose source is not known', () => {
    expect(() => run(desiredOf(asObjects(ordersObjects())))).toThrow(/shop is started by "run shop": .*; or choose another --target/)
  })

  const component = (value: string) => ({ apiVersion: 'dapr.io/v1alpha1', kind: 'Component', metadata: { name: 'bus' }, spec: { type: 'pubsub.x', version: 'v1', metadata: [{ name: 'at', value }] } })
  test.each([
    ['bus:1234', 'localhost:1234'],
    ['nats://bus:1234', 'nats://localhost:1234'],
    ['other:1,bus:1234', 'other:1,localhost:1234'],
    ['bus:12345', 'bus:12345'],
    ['mybus:1234', 'mybus:1234'],
    ['app=bus', 'app=bus'],
  ])('finds the server of %s at %s', (value, there) => {
    expect(onThisMachine(component(value), [{ name: 'bus', ports: [1234] }])['spec']).toMatchObject({ metadata: [{ value: there }] })
  })
})

describe('fails, and names the reason, for', () => {
  test.each([['compose', compose], ['dapr-run', run]] as const)('%s of an environment that needs Secrets, or a server of a local run', (_, make) => {
    expect(() => make(desired('production'))).toThrow(/name the Secrets redis, kafka, dapr-api-token, dapr-app-token, which only a cluster has; choose an --env/)
    expect(() => make(desired('local'))).toThrow('server nats is one that a local run starts itself; choose an --env that brings its servers')
  })
})

test('secrets that were filled in stay when the target is written anew, and what it no longer has goes', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'stack-target-'))
  try {
    const target = compose(desiredOf(asObjects(ordersObjects({ backends: { ...backends, bus: PubSub.redis({ host: 'redis:6379' }) } }))))
    await writeTarget(folder, target)
    expect(await readFile(join(folder, 'secrets.json'), 'utf8')).toBe('{}\n')
    await writeFile(join(folder, 'secrets.json'), '{"a":{"b":"c"}}')
    await writeFile(join(folder, 'resources/component-gone.yaml'), '')
    await writeTarget(folder, target)
    expect(await readFile(join(folder, 'secrets.json'), 'utf8')).toBe('{"a":{"b":"c"}}')
    expect(await readdir(join(folder, 'resources'))).not.toContain('component-gone.yaml')
  } finally {
    await rm(folder, { recursive: true })
  }
})
