import { randomUUID } from 'node:crypto'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { execa } from 'execa'
import { stringify } from 'yaml'

import { eventually } from '../../cli/eventually.ts'
import { accessTo, type AnyObject, type StackCluster, stackCluster } from '../../cli/kube/index.ts'
import { changing, type Verification } from '../../cli/verify/index.ts'
import { graphOf } from '../../config/define/index.ts'
import { stack as config } from '../../config/tasks/index.ts'
import { publishCanaries, scaled, stoppable } from './backlog.ts'
import { freshNamespace, removeNamespace, synthesized, untilReady } from './deployment.ts'
import { type Event, eventsOf, program, resultOf, runIn } from './stack-program.ts'
import { replicas, target } from './target.ts'
import { verdictsOf } from './verdicts.ts'

interface LogLine {
  readonly app: string
  readonly pod: string
  readonly container: string
  readonly time: string
  readonly text: string
}

/** Ctrl-C, once: a second signal that comes while the program is about to end would end it by itself, without its exit code. */
const interrupt = (running: { readonly killed: boolean; readonly kill: (signal: 'SIGINT') => boolean }): void => {
  if (!running.killed) running.kill('SIGINT')
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
    const subscription = stoppable()
    const { topic, app } = subscription
    await scaled(cluster, app, 0)
    await publishCanaries(cluster, subscription, 3)
    const undelivered = `pubsub changes from pubsub.redis to pubsub.kafka; 3 events not delivered yet: 3 of ${topic} for ${app}`
    expect(await stack(['up', '--yes', '--env', 'kafka'])).toMatchObject({ exitCode: 2, stderr: expect.stringContaining(`${undelivered}; give --undelivered wait`) })
    expect(await stack(['up', '--yes', '--env', 'kafka', '--undelivered', 'wait'])).toMatchObject({ exitCode: 5, stderr: expect.stringContaining(`${app} has no pod to take them`) })
    await scaled(cluster, app, replicas[app] ?? 1)
    await eventually(async () => expect(await cluster.pods(app)).not.toEqual([]), { seconds: 20 })
    const { stdout, exitCode, stderr } = await stack(['up', '--yes', '--env', 'kafka', '--undelivered', 'wait', '--json'])
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' })
    // The pods may have been faster than the look.
    expect(stdout).toMatch(/"object":"Component\/pubsub","ready":true,"detail":"0 not delivered yet"|pubsub.kafka; every event is delivered/)
    expect(await redis('XINFO', 'GROUPS', topic)).toMatch(/pending\n0\n[^]*lag\n0\n/)
  }, 240_000)

  it('fails with 5, the topic, the subscriber and the cause when a subscription does not deliver, and goes on once it does', async () => {
    // On Kafka: on Redis, after a subscription had been stopped, more events were counted once than had been published; why is not known.
    const broken = stoppable()
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
      expect(await runIn(folder, namespace)(['up', '--yes', '--no-canary'])).toMatchObject({ exitCode: 0, stdout: expect.stringContaining('that events flow was not asked') })
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
      if (!/^\d\d:\d\d:\d\d$/.test(line)) continue
      blocks += 1
      if (blocks === 2) interrupt(watching)
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
    const following = execa(process.execPath, [program, 'logs', '--follow', '--json', '--tail', '1', '--app', entry.id], { env: { STACK_NAMESPACE: namespace, NODE_OPTIONS: '' }, reject: false, stdin: 'ignore' })
    const heard = new Set<string>()
    let removed = false
    for await (const text of following) {
      const [line] = resultOf(eventsOf(text), 'log') as LogLine[]
      // Once it shows lines it has looked which pods there are: one that came before that would count as known.
      if (!removed) await cluster.objects.remove({ apiVersion: 'v1', kind: 'Pod', metadata: { name: old?.name ?? '', namespace } }, 1)
      removed = true
      if (line && !known.includes(line.pod)) heard.add(line.container)
      if (heard.size === 2) interrupt(following)
    }
    expect(await following).toMatchObject({ exitCode: 130, stderr: '' })
    await untilReady(cluster, replicas)
  }, 180_000)

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
