import { randomBytes, randomUUID } from 'node:crypto'
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'

import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals'
import { execa } from 'execa'
import { stringify } from 'yaml'
import { z } from 'zod'

import { eventually } from '../../cli/eventually.ts'
import { accessTo, type AnyObject, type StackCluster, stackCluster } from '../../cli/kube/index.ts'
import type { Verification } from '../../cli/verify/index.ts'
import { canaryType, contractsOf, defineStack, graphOf, packContracts, sidecarPorts, type SubscriptionEdge } from '../../config/define/index.ts'
import { stack as config } from '../../config/tasks/index.ts'
import { images } from '../../infra/images.ts'
import { changing } from './breakages.ts'
import { freshNamespace, removeNamespace, synthesized, untilReady } from './deployment.ts'
import { replicas, target } from './target.ts'
import { verdictsOf } from './verdicts.ts'

interface Event {
  readonly type: string
  readonly result?: string
  readonly object?: string
  readonly did?: string
  readonly value?: unknown
  readonly ready?: boolean
  readonly text?: string
}

interface LogLine {
  readonly app: string
  readonly pod: string
  readonly container: string
  readonly time: string
  readonly text: string
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
  const { apps, subscriptions } = graphOf(config)
  /** The app that clients call. */
  const entry = apps.find(({ id }) => id === 'task-api') ?? { id: '', port: 0 }
  let cluster: StackCluster
  let folder = ''
  const redis = (...command: readonly string[]) => cluster.exec('redis-master-0', 'redis', ['redis-cli', ...command])
  /** The lines that `stack logs` shows, run where there is no config. */
  const logs = async (...args: readonly string[]): Promise<LogLine[]> => {
    const { stdout, stderr, exitCode } = await runIn(tmpdir(), namespace)(['logs', '--json', ...args])
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' })
    return resultOf(eventsOf(stdout), 'log') as LogLine[]
  }
  beforeAll(async () => {
    cluster = stackCluster(target(), namespace)
    folder = await mkdtemp(join(tmpdir(), 'stack-verify-'))
  })
  afterAll(async () => {
    await rm(folder, { recursive: true })
    await removeNamespace(cluster)
  }, 120_000)

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
    expect(status).toMatchObject({ namespace, apps: apps.map(({ id, components }) => ({ app: id, pods: [replicas[id], replicas[id]], components: [components.length, components.length], troubles: [] })) })
  }, 60_000)

  it('shows them again and again, each time with the time, until Ctrl-C', async () => {
    const watching = execa(process.execPath, [program, 'status', '--watch'], { env: { STACK_NAMESPACE: namespace, NODE_OPTIONS: '' }, reject: false, stdin: 'ignore' })
    let blocks = 0
    for await (const line of watching) {
      if (/^\d\d:\d\d:\d\d$/.test(line)) blocks += 1
      if (blocks === 2) watching.kill('SIGINT')
    }
    expect(await watching).toMatchObject({ exitCode: 130, stderr: '' })
  }, 60_000)

  it('shows the lines of all apps and their sidecars by time, or of one, and needs no config for it', async () => {
    const all = await logs()
    expect(new Set(all.map(({ app, container }) => `${app}/${container}`))).toEqual(new Set(apps.flatMap(({ id }) => [`${id}/${id}`, `${id}/daprd`])))
    const times = all.map(({ time }) => time)
    expect(times).toEqual(times.toSorted())
    expect(new Set((await logs('--app', entry.id)).map(({ app }) => app))).toEqual(new Set([entry.id]))
    expect(await logs('--tail', '3')).toHaveLength(3)
  }, 60_000)

  it('shows the lines that hold the id of a task, of all apps that had to do with it, or of a trace', async () => {
    const access = accessTo(cluster)
    const trace = randomUUID().replaceAll('-', '')
    const headers = { traceparent: `00-${trace}-00f067aa0ba902b7-01` }
    const url = `${await access.url(entry.id, entry.port)}/tasks`
    const { id } = (await (await fetch(url, { method: 'POST', headers: { ...headers, 'content-type': 'application/json' }, body: '{"title":"shown in logs"}' })).json()) as { id: string }
    expect((await fetch(`${url}/${id}/status?status=completed`, { method: 'PUT', headers })).status).toBe(200)
    await access.close()
    await eventually(async () => {
      const [ofTask, ofTrace] = [await logs('--task', id), await logs('--trace', headers.traceparent)]
      expect(new Set(ofTask.map(({ app }) => app)).size).toBeGreaterThan(1)
      expect(ofTask.filter(({ text }) => !text.includes(id))).toEqual([])
      expect(ofTrace.map(({ text }) => text.includes(trace))).toContain(true)
      expect(ofTrace.filter(({ text }) => !text.includes(trace))).toEqual([])
    }, { seconds: 20 })
  }, 60_000)

  it('fails to show lines of an app that is not there, and says so where no line holds what is asked for', async () => {
    expect(await stack(['logs', '--app', 'no-such-app'])).toMatchObject({ exitCode: 2, stdout: '', stderr: expect.stringContaining(`use one of ${apps.map(({ id }) => id).join(', ')}`) })
    expect(await stack(['logs', '--task', 'no-such-id'])).toMatchObject({ exitCode: 0, stdout: '', stderr: expect.stringMatching(/^stack logs: none of the \d+ lines of .* holds "no-such-id"$/) })
  }, 60_000)

  it('goes on with the lines of a pod that takes the place of another, until Ctrl-C', async () => {
    const [old, ...others] = await cluster.pods(entry.id)
    const known = [old, ...others].map((pod) => pod?.name)
    const following = execa(process.execPath, [program, 'logs', '--follow', '--json', '--tail', '0', '--app', entry.id], { env: { STACK_NAMESPACE: namespace, NODE_OPTIONS: '' }, reject: false, stdin: 'ignore' })
    await cluster.objects.remove({ apiVersion: 'v1', kind: 'Pod', metadata: { name: old?.name ?? '', namespace } }, 1)
    const heard = new Set<string>()
    for await (const text of following) {
      const [line] = resultOf(eventsOf(text), 'log') as LogLine[]
      if (line && !known.includes(line.pod)) heard.add(line.container)
      if (heard.size === 2) following.kill('SIGINT')
    }
    expect(await following).toMatchObject({ exitCode: 130, stderr: '' })
  }, 90_000)

  const verdicts = (events: readonly Event[]) => (resultOf(events, 'verify') as Verification[]).flatMap(verdictsOf)

  it('verifies it by the criteria of its folder, with a JUnit file and a page', async () => {
    const { stdout, stderr, exitCode } = await stack(['verify', '--json', '--junit', join(folder, 'junit.xml'), '--html', join(folder, 'report.html')])
    expect({ exitCode, stderr, verdicts: verdicts(eventsOf(stdout)) }).toEqual({ exitCode: 0, stderr: '', verdicts: ['SC-1 PASS', 'SC-2 PASS', 'SC-3 PASS', 'SC-4 PASS', 'SC-5 PASS'] })
    expect(eventsOf(stdout).filter(({ type }) => type === 'check')).toHaveLength(15)
    expect(await readFile(join(folder, 'junit.xml'), 'utf8')).toContain('<testsuites tests="15" failures="0"')
    expect(await readFile(join(folder, 'report.html'), 'utf8')).toContain('5 of 5 criteria and 15 of 15 lines hold')
  }, 120_000)

  interface Drawn { readonly edges: readonly { readonly kind: string; readonly label: string; readonly seen: { readonly mark: string; readonly count: number } }[]; readonly differences: readonly string[]; readonly troubles: readonly string[] }
  const live = async (): Promise<Drawn> => {
    const [drawn] = resultOf(eventsOf((await stack(['graph', '--live', '--json'])).stdout), 'graph')
    return drawn as Drawn // what the verb says
  }
  const [subscription] = graphOf(config).subscriptions
  const { name, topic } = subscription ?? { name: '', topic: '' }

  it('draws what flowed through it meanwhile, and nothing that the config does not have', async () => {
    const { edges, differences, troubles } = await live()
    expect(troubles).toEqual([])
    expect(edges.find(({ label }) => label === name)?.seen).toMatchObject({ mark: 'flows' })
    for (const kind of ['uses', 'publishes', 'delivers', 'invokes']) expect(edges.filter((edge) => edge.kind === kind && edge.seen.mark === 'flows')).not.toEqual([])
    expect(differences.filter((line) => !line.endsWith(': silent'))).toEqual([])
  }, 60_000)

  it('fails SC-3 with 7, the cause and a marked edge when a subscription is removed behind its back', async () => {
    await cluster.objects.remove({ apiVersion: 'dapr.io/v2alpha1', kind: 'Subscription', metadata: { name, namespace } })
    await eventually(async () => { expect((await live()).differences).toContainEqual(expect.stringMatching(new RegExp(`${topic} .*\\(${name}\\): not loaded$`))) }, { seconds: 60 })
    const { stdout, exitCode } = await stack(['verify', '--patience', '10'])
    expect(exitCode).toBe(7)
    expect(stdout).toMatch(new RegExp(`✗ Subscription handler received events .*\n +Subscription ${name} is not in the cluster`))
    expect(stdout).toMatch(/SC-2 .* PASS[\s\S]*SC-3 .* FAIL[\s\S]*blocked by SC-3[\s\S]*3 of 5 criteria hold/)
  }, 120_000)

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
    const compatible = await stack(['diff', '--json'])
    expect(resultOf(eventsOf(compatible.stdout), 'contract')).toEqual([])
    expect(await stack(['up', '--yes'])).toMatchObject({ exitCode: 0, stderr: '' })
    await wantedOf(shop(order.extend({ total: z.int() })))
    const { stdout, exitCode } = await stack(['diff', '--exit-code', '--json'])
    expect(exitCode).toBe(3)
    expect(resultOf(eventsOf(stdout), 'contract')).toEqual([{ contract: 'event', name: 'orders/placed', path: 'total', change: 'is new and required', unread: 'old', apps: ['billing'] }])
    expect(await stack(['up', '--yes'])).toMatchObject({ exitCode: 3, stderr: expect.stringMatching(/event orders\/placed: total is new and required: billing cannot read .*--accept-contract-changes; nothing was changed$/) })
    expect((await stack(['diff', '--exit-code'])).exitCode).toBe(3)
    expect((await stack(['up', '--yes', '--accept-contract-changes'])).exitCode).toBe(0)
    expect((await stack(['diff', '--exit-code'])).exitCode).toBe(0)
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
    said.push(await stack(['diff']), await stack(['up', '--yes']), await stack(['secrets', '--json']))
    expect(said.slice(-3).map(({ exitCode }) => exitCode)).toEqual([0, 0, 0])
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
