import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'

import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals'
import { execa } from 'execa'
import { stringify } from 'yaml'
import { z } from 'zod'

import { eventually } from '../../cli/eventually.ts'
import { type AnyObject, type StackCluster, stackCluster } from '../../cli/kube/index.ts'
import { canaryType, graphOf, sidecarPorts, type SubscriptionEdge } from '../../config/define/index.ts'
import { stack as config } from '../../config/tasks/index.ts'
import { changing } from './breakages.ts'
import { freshNamespace, removeNamespace, synthesized, untilReady } from './deployment.ts'
import { replicas, target } from './target.ts'

interface Event {
  readonly type: string
  readonly result?: string
  readonly object?: string
  readonly did?: string
  readonly value?: unknown
  readonly ready?: boolean
  readonly text?: string
}

const program = resolve('cli/stack/stack.mjs')

/** Runs `stack` as its users do, in a folder with a cdk8s.yaml. */
const runIn = (cwd: string, namespace: string) => (args: readonly string[], options: { readonly cancelSignal?: AbortSignal } = {}) =>
  execa(process.execPath, [program, ...args], { cwd, env: { STACK_NAMESPACE: namespace, NODE_OPTIONS: '' }, reject: false, stdin: 'ignore', ...options })

const eventsOf = (stdout: string): Event[] => stdout.split('\n').filter(Boolean).map((line) => JSON.parse(line) as Event)
const deedsOf = (events: readonly Event[], did: string) => events.filter((event) => event.did === did).map(({ object }) => object)
const resultOf = (events: readonly Event[], result: string) => events.filter((event) => event.result === result).map(({ value }) => value)

/** Publishes an event that has no effect, through the sidecar of an app that may. */
const publishCanary = async (cluster: StackCluster, pubsub: string, topic: string): Promise<void> => {
  const [publisher = ''] = graphOf(config).topics.find(({ name }) => name === topic)?.publishers ?? []
  const [pod] = await cluster.pods(publisher)
  const { url, close } = await cluster.forward(pod?.name ?? '', sidecarPorts.http)
  try {
    const body = JSON.stringify({ specversion: '1.0', id: `e2e-${Math.random()}`, source: 'e2e', type: canaryType, datacontenttype: 'application/json', data: {} })
    const { status } = await fetch(`${url}/v1.0/publish/${pubsub}/${topic}`, { method: 'POST', headers: { 'content-type': 'application/cloudevents+json', connection: 'close' }, body })
    expect(status).toBe(204)
  } finally {
    await close()
  }
}

describe('stack, with the task stack', () => {
  const namespace = freshNamespace()
  const stack = runIn('.', namespace)
  const { subscriptions } = graphOf(config)
  let cluster: StackCluster
  const redis = (...command: readonly string[]) => cluster.exec('redis-master-0', 'redis', ['redis-cli', ...command])
  beforeAll(() => { cluster = stackCluster(target(), namespace) })
  afterAll(() => removeNamespace(cluster), 120_000)

  it('brings it up, ready, in order', async () => {
    const { stdout, stderr, exitCode } = await stack(['up', '--yes', '--json'])
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' })
    const phases = eventsOf(stdout).filter(({ type }) => type === 'phase').map((event) => (event as { phase?: string }).phase)
    expect([...new Set(phases)]).toEqual(['synth', 'preflight', 'diff', 'namespace', 'settings', 'servers', 'components', 'apps', 'events'])
    await untilReady(cluster, replicas, 1)
    const flows = eventsOf(stdout).filter(({ type, object, ready }) => type === 'progress' && ready === true && object?.includes(' → ')).map(({ object }) => object)
    expect(flows.sort()).toEqual(subscriptions.map(({ topic, app }) => `${topic} → ${app}`).sort())
  }, 180_000)

  it('leaves a canary on each topic that is heard, and no dead letter and no mark of it', async () => {
    const streams = await Promise.all(subscriptions.map(async ({ topic, deadLetterTopic }) => [await redis('XRANGE', topic, '-', '+'), await redis('XLEN', deadLetterTopic)]))
    expect(streams).toEqual(subscriptions.map(() => [expect.stringContaining('"type":"stack.canary"'), '0\n']))
    expect(await redis('KEYS', '*canary*')).toBe('\n')
  })

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

  it('counts what the old broker has not delivered, leaves it when that is 0, and not before', async () => {
    const [{ topic, app, pubsub }] = subscriptions.filter(({ app: subscriber }) => subscriber !== graphOf(config).topics[0]?.publishers[0]) as [SubscriptionEdge]
    const scaled = (count: number) => cluster.objects.merge({ apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: app, namespace }, spec: { replicas: count } })
    await scaled(0)
    await eventually(async () => {
      for (const { name } of await cluster.pods(app)) await cluster.objects.remove({ apiVersion: 'v1', kind: 'Pod', metadata: { name, namespace } }, 1)
      expect(await cluster.objects.list('v1', 'Pod', namespace)).not.toContainEqual(expect.objectContaining({ metadata: expect.objectContaining({ labels: expect.objectContaining({ app }) }) }))
    }, { seconds: 30 })
    for (let event = 0; event < 3; event += 1) await publishCanary(cluster, pubsub, topic)
    const undelivered = `pubsub changes from pubsub.redis to pubsub.kafka; 3 events not delivered yet: 3 of ${topic} for ${app}`
    expect(await stack(['up', '--yes', '--env', 'kafka'])).toMatchObject({ exitCode: 2, stderr: expect.stringContaining(`${undelivered}; give --undelivered wait`) })
    expect(await stack(['up', '--yes', '--env', 'kafka', '--undelivered', 'wait'])).toMatchObject({ exitCode: 5, stderr: expect.stringContaining(`${app} has no pod to take them`) })
    await scaled(replicas[app] ?? 1)
    await eventually(async () => expect(await cluster.pods(app)).not.toEqual([]), { seconds: 20 })
    const { stdout, exitCode, stderr } = await stack(['up', '--yes', '--env', 'kafka', '--undelivered', 'wait', '--json'])
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' })
    // The pods may have been faster than the look.
    expect(stdout).toMatch(/"object":"Component\/pubsub","ready":true,"detail":"0 not delivered yet"|pubsub.kafka; every event is delivered/)
    expect(await redis('XINFO', 'GROUPS', topic)).toMatch(/pending\n0\n[^]*lag\n0\n/)
  }, 240_000)

  it('fails with 5, the topic, the subscriber and the cause when a subscription does not deliver, and goes on once it does', async () => {
    // A reader of Redis that is stopped may take an event with it for a minute; one of Kafka does not.
    const [broken] = subscriptions.filter(({ app }) => app !== graphOf(config).topics[0]?.publishers[0])
    if (!broken) throw new Error('the stack has no subscriber that is no publisher')
    const folder = await mkdtemp(join(tmpdir(), 'stack-silent-'))
    try {
      // Nobody is called `nobody`: no sidecar takes the subscription.
      const objects = changing('Subscription', broken.name, (object) => ({ ...(object as object), scopes: ['nobody'] }))(await synthesized('kafka', namespace))
      await writeFile(join(folder, 'objects.yaml'), objects.map((object) => stringify(object)).join('---\n'))
      await writeFile(join(folder, 'cdk8s.yaml'), 'language: typescript\napp: cp objects.yaml "$CDK8S_OUTDIR"\n')
      await cluster.objects.merge({ apiVersion: 'dapr.io/v2alpha1', kind: 'Subscription', metadata: { name: broken.name, namespace }, scopes: ['nobody'] } as AnyObject)
      await eventually(async () => expect(resultOf(eventsOf((await stack(['status', '--json'])).stdout), 'status')).toMatchObject([{ apps: expect.arrayContaining([expect.objectContaining({ app: broken.app, subscriptions: [0, 1] })]) }]), { seconds: 20 })
      const { exitCode, stderr } = await runIn(folder, namespace)(['up', '--yes', '--timeout', '4'])
      expect({ exitCode, stderr }).toEqual({ exitCode: 5, stderr: expect.stringMatching(new RegExp(`no event of topic ${broken.topic} reaches ${broken.app} after 4 s: its sidecar has no Subscription ${broken.name}; see that`)) })
    } finally {
      await rm(folder, { recursive: true })
    }
    expect(await stack(['up', '--yes', '--env', 'kafka'])).toMatchObject({ exitCode: 0 })
  }, 90_000)

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
  const stack = (args: readonly string[], options: { readonly cancelSignal?: AbortSignal } = {}) => runIn(folder, namespace)(args, options)

  const labels = { 'app.kubernetes.io/part-of': 'small' }
  const settings = (name: string, data: Readonly<Record<string, string>> = {}): AnyObject & { data: unknown } => ({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name, namespace, labels }, data })
  const graph = { ...settings('small-graph', { graph: '{"apps":[],"topics":[],"subscriptions":[],"secrets":[]}' }), metadata: { name: 'small-graph', namespace, labels: { ...labels, 'dapr-stack/record': 'graph' } } }
  // Nothing listens there: the pull fails at once.
  const unpullable = 'localhost:1/no-such-image:1'
  const program = (image: string, env: readonly unknown[] = []) => ({
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'program', namespace, labels },
    spec: { selector: { matchLabels: { app: 'program' } }, template: { metadata: { labels: { app: 'program' } }, spec: { terminationGracePeriodSeconds: 0, containers: [{ name: 'program', image, imagePullPolicy: image === unpullable ? 'IfNotPresent' : 'Never', env }] } } },
  })
  const wanted = async (...objects: readonly object[]): Promise<void> => {
    const all = [{ apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } }, graph, ...objects]
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
