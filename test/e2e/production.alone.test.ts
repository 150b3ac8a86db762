import { randomBytes } from 'node:crypto'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { execa } from 'execa'
import { z } from 'zod'

import { eventually } from '../../cli/eventually.ts'
import { type AnyObject, stackCluster } from '../../cli/kube/index.ts'
import { askApp, askSidecar, type Deployed, logLines, sidecarContainer, summaryText, verify } from '../../cli/verify/index.ts'
import { graphOf } from '../../config/define/index.ts'
import { stack } from '../../config/tasks/index.ts'
import { successCriteria } from '../../verify/tasks/index.ts'
import { freshNamespace, removeNamespace, synthesized, untilReady } from './deployment.ts'
import { kafkaRequest, overTls, redisCommand } from './production/broker-calls.ts'
import { makeAuthority, makeServerCertificate } from './production/certificates.ts'
import { runBlock } from '../docs/blocks.ts'
import { grantTopics, kafkaBrokers, securedKafka } from './production/kafka.ts'
import { redisHost, securedRedis } from './production/redis.ts'
import { startServer } from './production/server-pod.ts'
import { inspect, replicasOf, target } from './target.ts'
import { verdictsOf } from './verdicts.ts'

const random = (): string => randomBytes(16).toString('hex')

const servers = { redis: 'the-redis', kafka: 'the-kafka' }
const passwords = { redis: random(), kafka: random() }
const user = `sidecars-${random()}`
const replicas = replicasOf('production')

const graph = graphOf(stack)
const topics = graph.topics.flatMap(({ name, deadLetterTopic }) => [name, deadLetterTopic])
const groups = [...new Set(graph.subscriptions.map(({ app }) => app))]

const Data = z.object({ data: z.record(z.string(), z.base64()) })

/** The test plays the reader of docs/deploy.md: it brings a Redis and a Kafka with certificates of an authority of its own, and runs the page's blocks. */
describe('the task stack in production, as docs/deploy.md deploys it', () => {
  const namespace = freshNamespace()
  const cluster = stackCluster(target(), namespace)
  let folder: string
  let objects: AnyObject[]
  let subject: Deployed

  const valuesOf = async (secret: string): Promise<Record<string, string>> => {
    const { data } = Data.parse(await cluster.objects.find('v1', 'Secret', namespace, secret))
    return Object.fromEntries(Object.entries(data).map(([key, value]) => [key, Buffer.from(value, 'base64').toString('utf8')]))
  }

  const inspected = async (tokenSecret: string): Promise<Deployed> => {
    const { token = '' } = await valuesOf(tokenSecret)
    return inspect(cluster, { replicas, sidecarHeaders: async () => ({ 'dapr-api-token': token }) })
  }

  const stackVerb = (...args: readonly string[]) =>
    execa(process.execPath, ['cli/stack/stack.mjs', ...args], { env: { STACK_NAMESPACE: namespace, NODE_OPTIONS: '' }, reject: false, stdin: 'ignore' })

  const startServers = async (): Promise<void> => {
    await makeAuthority(folder)
    const [redis, kafka] = await Promise.all([makeServerCertificate(folder, servers.redis), makeServerCertificate(folder, servers.kafka)])
    await Promise.all([
      startServer(cluster, securedRedis({ ...redis, name: servers.redis, password: passwords.redis })),
      startServer(cluster, securedKafka({ ...kafka, name: servers.kafka, user, password: passwords.kafka })),
    ])
    await grantTopics(cluster, servers.kafka, { user, topics, groups })
  }

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'dapr-stack-production-'))
    const values = { 'redis-host': redisHost(servers.redis), 'redis-password': passwords.redis, 'kafka-brokers': kafkaBrokers(servers.kafka), 'kafka-user': user, 'kafka-password': passwords.kafka }
    await Promise.all(Object.entries(values).map(([name, value]) => writeFile(join(folder, name), `${value}\n`)))
    const env = { STACK_NAMESPACE: namespace, VALUES: folder }
    await runBlock('docs/deploy.md', 'secrets', { env })
    await startServers()
    await runBlock('docs/deploy.md', 'authorities', { cwd: folder, env })
    objects = await synthesized('production', namespace)
    for (const object of objects) await cluster.objects.apply(object)
    subject = await inspected('dapr-api-token')
  }, 300_000)

  afterAll(async () => {
    await subject.access.close()
    await removeNamespace(cluster)
    await rm(folder, { recursive: true })
  }, 180_000)

  it('has all its pods ready within 120 s', async () => {
    await untilReady(cluster, replicas, 120)
    expect((await cluster.pods('task-api')).map(({ ready }) => ready)).toEqual(['2/2', '2/2', '2/2'])
  }, 130_000)

  it('meets SC-1 to SC-5', async () => {
    const verification = await verify(successCriteria(subject))
    process.stdout.write(`\n${summaryText(verification)}\n\n`)
    expect(verdictsOf(verification)).toEqual(['SC-1 PASS', 'SC-2 PASS', 'SC-3 PASS', 'SC-4 PASS', 'SC-5 PASS'])
  }, 180_000)

  it('is judged the same by stack verify, which finds the token of the sidecars by itself', async () => {
    const { exitCode, stdout } = await stackVerb('verify')
    expect({ exitCode, last: stdout.split('\n').at(-1) }).toEqual({ exitCode: 0, last: '5 of 5 criteria hold' })
  }, 180_000)

  it('is run by stack up, whose canary comes through with its tokens, certificates and rights', async () => {
    const { exitCode, stdout, stderr } = await stackVerb('up', '--yes', '--env', 'production')
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' })
    expect(stdout).toMatch(new RegExp(`up: .*; ${graph.subscriptions.length} subscriptions deliver`))
  }, 90_000)

  it.each([{}, { 'dapr-api-token': 'wrong' }])('refuses callers of a sidecar that send %j', async (sidecarHeaders) => {
    const path = '/v1.0/state/statestore/task-1'
    expect((await askSidecar(subject, 'task-api', path)).status).toBe(204)
    expect((await askSidecar({ ...subject, sidecarHeaders: async () => sidecarHeaders }, 'task-api', path)).status).toBe(401)
  })

  it.each([{}, { 'dapr-api-token': 'wrong' }])('refuses callers of what an app serves to Dapr that send %j', async (token) => {
    const init = { method: 'POST', headers: { 'content-type': 'application/cloudevents+json', ...token }, body: '{}' } as const
    expect((await askApp(subject, 'task-api', '/events/task-events', init)).status).toBe(401)
    expect((await askApp(subject, 'notification-service', '/notify', init)).status).toBe(401)
  })

  it('takes that call with the token of its own', async () => {
    const { token = '' } = await valuesOf('dapr-app-token')
    const init = { method: 'POST', headers: { 'content-type': 'application/json', 'dapr-api-token': token }, body: '{}' } as const
    expect((await askApp(subject, 'notification-service', '/notify', init)).status).toBe(422)
  })

  it('gives the container of an app no password of a broker', async () => {
    const [pod] = await cluster.pods('task-api')
    const inApp = (...command: string[]) => cluster.exec(pod?.name ?? '', 'task-api', command)
    const texts = Object.values(passwords)
    const everything = await inApp('sh', '-c', 'env; cat /proc/1/environ; find / -xdev -type f -path "*secret*" 2>/dev/null; grep -rls -e "$1" -e "$2" /etc /run /var /tmp /app/package.json; true', 'sh', ...texts)
    expect(everything).toContain('DAPR_API_TOKEN')
    expect(texts.filter((text) => everything.includes(text))).toEqual([])
    expect(everything).not.toContain('/var/run/secrets')
  })

  it('has brokers that refuse the container of an app, which has none', async () => {
    const [pod] = await cluster.pods('task-api')
    const say = async (address: string, ...sent: readonly Buffer[]): Promise<string> =>
      Buffer.from(await cluster.exec(pod?.name ?? '', 'task-api', ['node', '-e', overTls, address, ...sent.map((one) => one.toString('base64'))]), 'base64').toString('latin1')
    const [redis, kafka] = [redisHost(servers.redis), kafkaBrokers(servers.kafka)]
    expect(await say(redis, redisCommand('DBSIZE'))).toMatch(/^-NOAUTH/)
    expect(await say(redis, redisCommand('AUTH', passwords.redis), redisCommand('DBSIZE'))).toMatch(/^\+OK\r\n:\d+/)
    expect(await say(kafka, kafkaRequest('metadata'))).toBe('')
    expect((await say(kafka, kafkaRequest('apiVersions'))).length).toBeGreaterThan(20)
  }, 60_000)

  it('has no value of a Secret in its manifests', async () => {
    const values = await Promise.all(['redis', 'kafka', 'dapr-api-token', 'dapr-app-token'].map(valuesOf))
    const texts = values.flatMap((secret) => Object.values(secret))
    expect(texts).toHaveLength(7)
    const manifests = JSON.stringify(objects)
    expect(texts.filter((text) => manifests.includes(text) || manifests.includes(Buffer.from(text).toString('base64')))).toEqual([])
  })

  /** A second password, or one less: Redis takes any of those that its user has. */
  const alsoTakes = (rule: string) =>
    cluster.exec(servers.redis, servers.redis, ['redis-cli', '-p', redisHost(servers.redis).split(':')[1] ?? '', '--tls', '--insecure', '--no-auth-warning', '-a', passwords.redis, 'ACL', 'SETUSER', 'default', rule])

  it('takes a new password of Redis and a new token of the sidecars, each by a Secret of another name, and then needs the old ones no more', async () => {
    const fresh = random()
    await writeFile(join(folder, 'redis-password-2'), fresh)
    expect(await alsoTakes(`>${fresh}`)).toContain('OK')
    const rotated = [
      await stackVerb('secrets', 'rotate', 'redis', '--env', 'production', '--from-file', `redis/password=${join(folder, 'redis-password-2')}`),
      await stackVerb('secrets', 'rotate', 'dapr-api-token', '--env', 'production', '--generate', 'dapr-api-token/token'),
      await stackVerb('up', '--yes', '--env', 'production'),
    ]
    expect(rotated.map(({ exitCode, stderr }) => ({ exitCode, stderr }))).toEqual(rotated.map(() => ({ exitCode: 0, stderr: '' })))
    expect(await alsoTakes(`<${passwords.redis}`)).toContain('OK')
    await subject.access.close()
    subject = await inspected('dapr-api-token-2')
    expect(await valuesOf('redis-2')).toEqual({ host: redisHost(servers.redis), password: fresh })
    expect(verdictsOf(await verify(successCriteria(subject)))).toEqual(['SC-1 PASS', 'SC-2 PASS', 'SC-3 PASS', 'SC-4 PASS', 'SC-5 PASS'])
  }, 240_000)

  /** Replaces a pod of notification-service and waits until the new one's sidecar says that. */
  const newSidecarSays = async (text: string): Promise<void> => {
    const app = 'notification-service'
    const before = (await cluster.pods(app)).map(({ name }) => name)
    await cluster.objects.remove({ apiVersion: 'v1', kind: 'Pod', metadata: { name: before[0] ?? '', namespace } })
    await eventually(
      async () => {
        expect(await logLines(subject, app, sidecarContainer, text)).not.toEqual([])
        const fresh = (await cluster.pods(app)).filter(({ name }) => !before.includes(name))
        expect(fresh.map(({ allReady }) => allReady)).toEqual([false])
      },
      { seconds: 90 },
    )
  }

  it('starts no sidecar with a wrong password of Redis, and says so', async () => {
    await cluster.objects.merge({ apiVersion: 'v1', kind: 'Secret', metadata: { name: 'redis-2', namespace }, ...{ stringData: { password: random() } } })
    await newSidecarSays('WRONGPASS')
  }, 120_000)

  it('starts no sidecar that does not know who signed the certificate of Redis, and says so', async () => {
    await cluster.objects.remove({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'authorities', namespace } })
    await newSidecarSays('certificate signed by unknown authority')
  }, 120_000)
})
