import { randomBytes } from 'node:crypto'
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'

import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals'
import { execa } from 'execa'
import { stringify } from 'yaml'
import { z } from 'zod'

import { eventually } from '../../cli/eventually.ts'
import { type AnyObject, type StackCluster, stackCluster } from '../../cli/kube/index.ts'
import { contractsOf, defineStack, graphOf, packContracts } from '../../config/define/index.ts'
import { images } from '../../infra/images.ts'
import { freshNamespace, removeNamespace } from './deployment.ts'
import { deedsOf, eventsOf, resultOf, runIn, type RunOptions } from './stack-program.ts'
import { target } from './target.ts'

const Webhooks = z.looseObject({ webhooks: z.array(z.looseObject({ namespaceSelector: z.unknown() })) })

/** Has Dapr's injector pass over a namespace while the work is done, as it does when it is not there. */
const blindInjector = async (cluster: StackCluster, namespace: string, work: () => Promise<void>): Promise<void> => {
  const ref = { apiVersion: 'admissionregistration.k8s.io/v1', kind: 'MutatingWebhookConfiguration', metadata: { name: 'dapr-sidecar-injector' } }
  const { webhooks } = Webhooks.parse(await cluster.objects.find(ref.apiVersion, ref.kind, '', ref.metadata.name))
  const passing = { matchExpressions: [{ key: 'kubernetes.io/metadata.name', operator: 'NotIn', values: [namespace] }] }
  const changed = (namespaceSelector: unknown) => cluster.objects.merge({ ...ref, webhooks: webhooks.map((webhook) => ({ ...webhook, namespaceSelector: namespaceSelector ?? webhook.namespaceSelector })) } as AnyObject)
  await changed(passing)
  try {
    await work()
  } finally {
    await changed(undefined)
  }
}

/** A stack that an app writes out by hand: the verbs ask nothing else of an app. */
describe('stack, with a small stack', () => {
  const namespace = freshNamespace()
  let folder = ''
  let cluster: StackCluster
  const stack = (args: readonly string[], options: RunOptions = {}) => runIn(folder, namespace)(args, options)

  const labels = { 'app.kubernetes.io/part-of': 'small' }
  const settings = (name: string, data: Readonly<Record<string, string>> = {}): AnyObject & { data: unknown } => ({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name, namespace, labels }, data })
  const record = (data: Readonly<Record<string, string>>) => ({ ...settings('small-graph', data), metadata: { name: 'small-graph', namespace, labels: { ...labels, 'dapr-stack/record': 'graph' } } })
  const graph = record({ graph: '{"apps":[],"topics":[],"subscriptions":[],"secrets":[]}' })
  // Nothing listens there: the pull fails at once.
  const unpullable = 'localhost:1/no-such-image:1'
  const program = (image: string, env: readonly unknown[] = []) => ({
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'program', namespace, labels },
    spec: { selector: { matchLabels: { app: 'program' } }, template: { metadata: { labels: { app: 'program' } }, spec: { terminationGracePeriodSeconds: 0, containers: [{ name: 'program', image, imagePullPolicy: image === unpullable ? 'IfNotPresent' : 'Never', env }] } } },
  })
  const wanted = (...objects: readonly object[]): Promise<void> => wantedOf(graph, ...objects)
  const wantedOf = async (...objects: readonly object[]): Promise<void> => {
    const all = [{ apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } }, ...objects]
    await writeFile(join(folder, 'objects.yaml'), all.map((object) => stringify(object)).join('---\n'))
  }
  const names = async (): Promise<string[]> => {
    const found = await cluster.objects.list('v1', 'ConfigMap', namespace)
    return found.map(({ metadata }) => metadata?.name ?? '').filter((name) => name.startsWith('of-')).sort()
  }

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'stack-small-'))
    await writeFile(join(folder, 'cdk8s.yaml'), 'language: typescript\napp: cp objects.yaml "$CDK8S_OUTDIR"\n')
    cluster = stackCluster(target(), namespace)
  })
  afterAll(async () => {
    await rm(folder, { recursive: true })
    await removeNamespace(cluster)
  }, 120_000)
  beforeEach(() => wanted())

  it('removes what the config no longer has, and nothing that it did not apply', async () => {
    await wanted(settings('of-a'), settings('of-b'))
    expect((await stack(['up', '--yes'])).exitCode).toBe(0)
    await cluster.objects.apply(settings('of-hand'))
    expect(await names()).toEqual(['of-a', 'of-b', 'of-hand'])
    await wanted(settings('of-a'))
    const diff = await stack(['diff'])
    expect(diff.stdout).toBe('- ConfigMap/of-b  no longer in the config\n1 to remove, 3 unchanged')
    const { stdout } = await stack(['up', '--yes', '--json'])
    expect(deedsOf(eventsOf(stdout), 'removed')).toEqual(['ConfigMap/of-b'])
    expect(await names()).toEqual(['of-a', 'of-hand'])
  }, 60_000)

  it('fails with 5, the reason, the pod and a fix when an image is not there, and goes on once it is mended', async () => {
    await wanted(program(unpullable))
    const { stdout, stderr, exitCode } = await stack(['up', '--yes', '--timeout', '60'])
    expect({ exitCode, stderr }).toEqual({ exitCode: 5, stderr: expect.stringMatching(/^stack up: Deployment\/program: waiting: (ErrImagePull|ImagePullBackOff)[^]*; push or load the image .*what was applied stays.*$/) })
    expect(stdout).toMatch(/pod program-\S+: program waiting: (ErrImagePull|ImagePullBackOff)/)
    expect(stdout).toContain('last lines of program:')
    await wanted()
    expect((await stack(['up', '--yes'])).exitCode).toBe(0)
  }, 90_000)

  it('fails with 6, and changes nothing, when an image is on no node and may not be pulled', async () => {
    await wanted(program('no-such-image:1'), settings('of-none'))
    const { stderr, exitCode } = await stack(['up', '--yes'])
    expect({ exitCode, stderr }).toEqual({ exitCode: 6, stderr: expect.stringContaining('images: no-such-image:1 of program is on no node, and may not be pulled') })
    expect(await names()).not.toContain('of-none')
  }, 60_000)

  it('fails with 6, and changes nothing, when a Secret that a pod names is not there', async () => {
    await wanted(program('no-such-image:1', [{ name: 'TOKEN', valueFrom: { secretKeyRef: { name: 'absent', key: 'token' } } }]), settings('of-none'))
    const { stderr, exitCode } = await stack(['up', '--yes'])
    expect({ exitCode, stderr }).toEqual({ exitCode: 6, stderr: expect.stringContaining('Secret absent, which program names, is not there') })
    expect(await names()).not.toContain('of-none')
  }, 60_000)

  it('fails with 4 when the time is over', async () => {
    await wanted({ ...program('no-such-image:1'), spec: { ...program('x').spec, template: { metadata: { labels: { app: 'program' } }, spec: { nodeSelector: { absent: 'node' }, containers: [{ name: 'program', image: 'no-such-image:1' }] } } } })
    const { stderr, exitCode } = await stack(['up', '--yes', '--timeout', '3'])
    expect({ exitCode, stderr }).toEqual({ exitCode: 4, stderr: expect.stringMatching(/not ready after 3 s.*free or add nodes/) })
  }, 60_000)

  it('ends with 130 when it is interrupted while it waits, says what is there, and goes on when it is run again', async () => {
    await wanted({ ...program('no-such-image:1'), spec: { ...program('x').spec, replicas: 1, template: { metadata: { labels: { app: 'program' } }, spec: { nodeSelector: { absent: 'node' }, containers: [{ name: 'program', image: 'no-such-image:1' }] } } } }, settings('of-late'))
    const running = execa(process.execPath, [resolve('cli/stack/stack.mjs'), 'up', '--yes', '--timeout', '60'], { cwd: folder, env: { NODE_OPTIONS: '' }, reject: false, stdin: 'ignore' })
    await new Promise<void>((resolve) => running.stdout.on('data', (text: Buffer) => { if (text.includes('Deployment/program: 0 of 1')) resolve() }))
    running.kill('SIGINT')
    const { exitCode, stderr } = await running
    expect({ exitCode, stderr }).toEqual({ exitCode: 130, stderr: expect.stringMatching(/up was interrupted in phase servers.*inventory.*goes on/) })
    expect(await names()).toContain('of-late')
    await wanted()
    const again = await stack(['up', '--yes', '--json'])
    expect(again.exitCode).toBe(0)
    expect(await names()).not.toContain('of-late')
  }, 60_000)

  /** The record of a shop whose orders are heard by billing. */
  const shop = (placed: z.ZodType) => {
    const declared = defineStack({
      components: { bus: 'pubsub', store: 'state' },
      topics: { orders: { pubsub: 'bus', events: { placed } } },
      services: { shop: { port: 8000, publishes: ['orders'] }, billing: { port: 8001, state: ['store'], subscribes: { orders: { name: 'billing-orders', marks: 'store' } } } },
    })
    return record({ graph: JSON.stringify(graphOf(declared)), contracts: JSON.stringify(packContracts(contractsOf(declared))) })
  }

  it('names an event that is broken with its consumers, and wants that confirmed apart', async () => {
    const order = z.object({ id: z.string() })
    await wantedOf(shop(order))
    expect(await stack(['up', '--yes'])).toMatchObject({ exitCode: 0, stderr: '' })
    await wantedOf(shop(order.extend({ note: z.string().optional() })))
    const compatible = await stack(['up', '--yes', '--json'])
    expect({ exitCode: compatible.exitCode, contracts: resultOf(eventsOf(compatible.stdout), 'contract') }).toEqual({ exitCode: 0, contracts: [] })
    await wantedOf(shop(order.extend({ total: z.int() })))
    const { stdout, exitCode } = await stack(['diff', '--exit-code', '--json'])
    expect(exitCode).toBe(3)
    expect(resultOf(eventsOf(stdout), 'contract')).toEqual([{ contract: 'event', name: 'orders/placed', path: 'total', change: 'is new and required', unread: 'old', apps: ['billing'] }])
    expect(await stack(['up', '--yes'])).toMatchObject({ exitCode: 3, stderr: expect.stringMatching(/event orders\/placed: total is new and required: billing cannot read .*--accept-contract-changes; nothing was changed$/) })
    const accepted = await stack(['up', '--yes', '--accept-contract-changes', '--json'])
    expect({ exitCode: accepted.exitCode, ups: resultOf(eventsOf(accepted.stdout), 'up') }).toEqual({ exitCode: 0, ups: [expect.objectContaining({ changed: 1 })] })
  }, 90_000)

  const SecretReferences = z.object({ spec: z.object({ containers: z.array(z.object({ name: z.string(), env: z.array(z.object({ valueFrom: z.object({ secretKeyRef: z.object({ name: z.string() }).optional() }).optional() })) })) }) })
  /** The Secrets that the containers of the pods name. */
  const namedByPods = async (): Promise<Record<string, string[]>> => {
    const pods = (await cluster.objects.list('v1', 'Pod', namespace)).filter(({ metadata }) => metadata?.deletionTimestamp === undefined).map((pod) => SecretReferences.parse(pod))
    const containers = pods.flatMap(({ spec }) => spec.containers)
    return Object.fromEntries(containers.map(({ name, env }) => [name, env.flatMap(({ valueFrom }) => valueFrom?.secretKeyRef?.name ?? [])]))
  }

  it('makes a Secret that is missing and rotates it for app and sidecar together, and never shows its value', async () => {
    const { spec } = program(process.env['STACK_IMAGE'] ?? images.app, [{ name: 'TOKEN', valueFrom: { secretKeyRef: { name: 'api-token', key: 'token' } } }])
    const annotations = { 'dapr.io/enabled': 'true', 'dapr.io/app-id': 'program', 'dapr.io/api-token-secret': 'api-token' }
    const [container] = spec.template.spec.containers
    const containers = [{ ...container, command: ['node', '-e', 'setInterval(() => undefined, 1000)'] }]
    await wanted({ ...program(''), spec: { ...spec, template: { metadata: { ...spec.template.metadata, annotations }, spec: { ...spec.template.spec, containers } } } })
    const valueOf = async (secret: string): Promise<string> => {
      const found = z.object({ data: z.object({ token: z.string() }) }).parse(await cluster.objects.find('v1', 'Secret', namespace, secret))
      return Buffer.from(found.data.token, 'base64').toString('utf8')
    }
    const [value, other] = [randomBytes(16).toString('hex'), randomBytes(16).toString('hex')]

    expect(await stack(['secrets', '--exit-code'])).toMatchObject({ exitCode: 3, stdout: 'api-token/token  missing, for program\n1 missing: stack secrets create' })
    const said = [
      await stack(['secrets', 'create', '--json', '--from-stdin', 'api-token/token'], { input: `${value}\n` }),
      await stack(['secrets', 'create', '--from-stdin', 'api-token/token'], { input: other }),
    ]
    expect(said.map(({ exitCode, stderr }) => ({ exitCode, stderr }))).toEqual([{ exitCode: 0, stderr: '' }, { exitCode: 0, stderr: '' }])
    expect(said[1]?.stdout).toContain('kept Secret/api-token: token there already')
    expect(await valueOf('api-token')).toBe(value)
    said.push(await stack(['up', '--yes', '--json']))
    expect(await namedByPods()).toEqual({ program: ['api-token'], daprd: ['api-token'] })

    said.push(await stack(['secrets', 'rotate', 'api-token', '--generate', 'api-token/token']), await stack(['secrets', 'rotate', 'no-such', '--generate', 'no-such/token']))
    expect(said.slice(-2).map(({ exitCode }) => exitCode)).toEqual([0, 2])
    said.push(await stack(['up', '--yes']), await stack(['secrets', '--json']))
    expect(said.slice(-2).map(({ exitCode }) => exitCode)).toEqual([0, 0])
    expect(await namedByPods()).toEqual({ program: ['api-token-2'], daprd: ['api-token-2'] })
    const rotated = await valueOf('api-token-2')
    expect(rotated).toMatch(/^[\w-]{43}$/)

    const words = said.map(({ stdout, stderr }) => stdout + stderr).join('\n')
    const secrets = [value, other, rotated].flatMap((text) => [text, Buffer.from(text).toString('base64')])
    expect(secrets.filter((text) => words.includes(text))).toEqual([])
  }, 180_000)


  it('makes a pod anew, once, that the injector missed', async () => {
    const app = {
      ...program(process.env['STACK_IMAGE'] ?? '').spec,
      template: {
        metadata: { labels: { app: 'program' }, annotations: { 'dapr.io/enabled': 'true', 'dapr.io/app-id': 'program' } },
        spec: { terminationGracePeriodSeconds: 0, containers: [{ name: 'program', image: process.env['STACK_IMAGE'], imagePullPolicy: 'IfNotPresent', command: ['node', '-e', 'setInterval(() => {}, 1000)'] }] },
      },
    }
    const deployment = { ...program('x'), spec: app }
    await blindInjector(cluster, namespace, async () => {
      await cluster.objects.apply(deployment)
      await eventually(async () => expect(await cluster.pods('program')).toMatchObject([{ ready: '1/1' }]), { seconds: 30 })
    })
    const [missed] = await cluster.pods('program')
    await wanted(deployment)
    const { stdout, exitCode } = await stack(['up', '--yes', '--json'])
    expect(exitCode).toBe(0)
    const notes = eventsOf(stdout).flatMap(({ type, text }) => (type === 'note' ? text : []))
    expect(notes).toEqual([`Deployment/program: the injector missed ${missed?.name ?? ''}; made anew`])
    expect(await cluster.pods('program')).toMatchObject([{ ready: '2/2' }])
  }, 90_000)

  it('leaves nothing in the folder but what was there', async () => {
    expect((await readdir(folder)).sort()).toEqual(['cdk8s.yaml', 'objects.yaml'])
  })
})
