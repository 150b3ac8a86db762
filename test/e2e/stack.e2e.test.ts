import { randomBytes } from 'node:crypto'
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'

import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals'
import { execa } from 'execa'
import { stringify } from 'yaml'
import { z } from 'zod'

import { type AnyObject, type StackCluster, stackCluster } from '../../cli/kube/index.ts'
import { contractsOf, defineStack, graphOf, packContracts } from '../../config/define/index.ts'
import { stack as config } from '../../config/tasks/index.ts'
import { images } from '../../infra/images.ts'
import { freshNamespace, removeNamespace, untilReady } from './deployment.ts'
import { replicas, target } from './target.ts'

interface Event {
  readonly type: string
  readonly result?: string
  readonly object?: string
  readonly did?: string
  readonly value?: unknown
}

const program = resolve('cli/stack/stack.mjs')

interface RunOptions {
  readonly cancelSignal?: AbortSignal
  /** What is written to its standard input; closed without. */
  readonly input?: string
}

/** Runs `stack` as its users do, in a folder with a cdk8s.yaml. */
const runIn = (cwd: string, namespace: string) => (args: readonly string[], options: RunOptions = {}) =>
  execa(process.execPath, [program, ...args], { cwd, env: { STACK_NAMESPACE: namespace, NODE_OPTIONS: '' }, reject: false, ...(options.input === undefined && { stdin: 'ignore' as const }), ...options })

const eventsOf = (stdout: string): Event[] => stdout.split('\n').filter(Boolean).map((line) => JSON.parse(line) as Event)
const deedsOf = (events: readonly Event[], did: string) => events.filter((event) => event.did === did).map(({ object }) => object)
const resultOf = (events: readonly Event[], result: string) => events.filter((event) => event.result === result).map(({ value }) => value)

describe('stack, with the task stack', () => {
  const namespace = freshNamespace()
  const stack = runIn('.', namespace)
  let cluster: StackCluster
  beforeAll(() => { cluster = stackCluster(target(), namespace) })
  afterAll(() => removeNamespace(cluster), 120_000)

  it('brings it up, ready, in order', async () => {
    const { stdout, stderr, exitCode } = await stack(['up', '--yes', '--json'])
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' })
    const phases = eventsOf(stdout).filter(({ type }) => type === 'phase').map((event) => (event as { phase?: string }).phase)
    expect([...new Set(phases)]).toEqual(['synth', 'preflight', 'diff', 'namespace', 'settings', 'servers', 'components', 'apps'])
    await untilReady(cluster, replicas, 1)
  }, 180_000)

  it('changes nothing the second time, and says so', async () => {
    const events = eventsOf((await stack(['up', '--yes', '--json'])).stdout)
    expect(resultOf(events, 'up')).toMatchObject([{ changed: 0 }])
    expect(new Set(events.flatMap(({ did }) => did ?? []))).toEqual(new Set(['unchanged']))
    expect(await stack(['diff', '--exit-code'])).toMatchObject({ exitCode: 0, stdout: expect.stringMatching(/^nothing to change: \d+ unchanged$/) })
  }, 60_000)

  it('names what somebody changed in the cluster as drift, and mends it', async () => {
    const component = graphOf(config).components.findLast(({ users }) => users.length > 1)
    if (!component) throw new Error('the stack has no component that apps share')
    const name = component.name
    const found = await cluster.objects.find('dapr.io/v1alpha1', 'Component', namespace, name)
    const rescoped = { apiVersion: 'dapr.io/v1alpha1', kind: 'Component', metadata: { name, namespace }, scopes: component.users.slice(0, 1) }
    await cluster.objects.merge(rescoped)
    const { stdout, exitCode } = await stack(['diff', '--exit-code', '--json'])
    expect(exitCode).toBe(3)
    const changed = resultOf(eventsOf(stdout), 'diff').filter((diff) => (diff as { verdict: string }).verdict !== 'same')
    expect(changed).toMatchObject([{ verdict: 'change', ref: { kind: 'Component', name }, fields: [{ drift: true }] }])
    expect((await stack(['up', '--yes', '--json'])).exitCode).toBe(0)
    expect((await cluster.objects.find('dapr.io/v1alpha1', 'Component', namespace, name) as { scopes?: unknown } | undefined)?.scopes).toEqual((found as { scopes?: unknown } | undefined)?.scopes)
  }, 60_000)

  it('shows its apps with what their sidecars have loaded, and needs no config for it', async () => {
    const { stdout, exitCode } = await runIn(tmpdir(), namespace)(['status', '--json'])
    expect(exitCode).toBe(0)
    const [status] = resultOf(eventsOf(stdout), 'status')
    const { apps } = graphOf(config)
    expect(status).toMatchObject({ namespace, apps: apps.map(({ id, components }) => ({ app: id, pods: [replicas[id], replicas[id]], components: [components.length, components.length], troubles: [] })) })
  }, 60_000)

  it('takes it down, and keeps the namespace and the volume', async () => {
    const { stdout, exitCode } = await stack(['down', '--yes', '--json'])
    expect(exitCode).toBe(0)
    expect(resultOf(eventsOf(stdout), 'down')).toMatchObject([{ kept: expect.arrayContaining([`Namespace/${namespace}`, expect.stringMatching(/^PersistentVolumeClaim\//)]) }])
    const left = await Promise.all([['v1', 'Pod'], ['v1', 'Service'], ['apps/v1', 'Deployment'], ['apps/v1', 'StatefulSet'], ['dapr.io/v1alpha1', 'Component']].map(([version = '', kind = '']) => cluster.objects.list(version, kind, namespace)))
    expect(left.flat()).toEqual([])
    expect(await stack(['status'])).toMatchObject({ exitCode: 6, stderr: expect.stringContaining('holds no graph of a stack') })
  }, 90_000)
})

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
  const program = (image: string, env: readonly unknown[] = []) => ({
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'program', namespace, labels },
    spec: { selector: { matchLabels: { app: 'program' } }, template: { metadata: { labels: { app: 'program' } }, spec: { terminationGracePeriodSeconds: 0, containers: [{ name: 'program', image, imagePullPolicy: 'Never', env }] } } },
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
    await wanted(program('no-such-image:1'))
    const { stdout, stderr, exitCode } = await stack(['up', '--yes', '--timeout', '60'])
    expect({ exitCode, stderr }).toEqual({ exitCode: 5, stderr: expect.stringMatching(/^stack up: Deployment\/program: waiting: ErrImageNeverPull.*; push or load the image .*what was applied stays.*$/) })
    expect(stdout).toMatch(/pod program-\S+: program waiting: ErrImageNeverPull/)
    expect(stdout).toContain('last lines of program:')
    await wanted()
    expect((await stack(['up', '--yes'])).exitCode).toBe(0)
  }, 90_000)

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

  it('leaves nothing in the folder but what was there', async () => {
    expect((await readdir(folder)).sort()).toEqual(['cdk8s.yaml', 'objects.yaml'])
  })
})
