import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { z } from 'zod'

import { type StackCluster, stackCluster } from '../../cli/kube/index.ts'
import { kafkaAddress } from '../../infra/constructs/index.ts'
import { kafkaTool } from '../../infra/constructs/kafka-program.ts'
import { loadImageOf } from '../package/image.ts'
import { emptyProject, installExample, type Project } from '../package/project.ts'
import { freshNamespace, removeNamespace } from './deployment.ts'
import { eventsOf, resultOf } from './stack-program.ts'
import { target } from './target.ts'

/** The image of the example; TODO_EVENTS_IMAGE says another, that is where the nodes of a cluster of one's own take it from. */
const image = process.env['TODO_EVENTS_IMAGE'] ?? 'docker.io/dapr-stack/todo-events:0.1.0'

const Component = z.object({ spec: z.object({ type: z.string(), metadata: z.array(z.object({ name: z.string(), secretKeyRef: z.object({ name: z.string(), key: z.string() }).optional() })) }), scopes: z.array(z.string()) })
const Judged = z.object({ verdict: z.string(), criteria: z.array(z.object({ id: z.string(), verdict: z.string(), lines: z.array(z.object({ title: z.string(), evidence: z.array(z.string()), cause: z.string().optional() })) })) })

/** The example in a folder of its own, with the package from its tarball: built, deployed and judged as its reader does it. */
describe('the example todo-events', () => {
  const namespace = freshNamespace()
  let project: Project
  let cluster: StackCluster
  const stack = (...args: readonly string[]) => project.run('npx', ['stack', ...args], { STACK_NAMESPACE: namespace, STACK_IMAGE: image })

  beforeAll(async () => {
    cluster = stackCluster(target(), namespace)
    project = await emptyProject()
    await installExample(project, 'todo-events')
    await loadImageOf(project, image)
  }, 600_000)
  afterAll(async () => {
    await project.remove()
    await removeNamespace(cluster)
  }, 180_000)

  it('fails to come up, and changes nothing, while the password of its Redis is not there', async () => {
    const { exitCode, all } = await stack('up', '--yes')
    expect({ exitCode, all }).toEqual({ exitCode: 6, all: expect.stringMatching(/Secret redis-secrets\b.*is not there/) })
  }, 60_000)

  it('comes up with a Kafka that has its four topics, and a Redis that asks for the password', async () => {
    expect(await stack('secrets', 'create', '--generate', 'redis-secrets/password')).toMatchObject({ exitCode: 0 })
    const { exitCode, all } = await stack('up', '--yes')
    expect({ exitCode, all }).toEqual({ exitCode: 0, all: expect.any(String) })
    const [store, broker] = await Promise.all(['todo-state', 'todo-pubsub'].map(async (name) => Component.parse(await cluster.objects.find('dapr.io/v1alpha1', 'Component', namespace, name))))
    expect(store).toMatchObject({ spec: { type: 'state.redis' }, scopes: ['todo-backend', 'email-worker'] })
    expect(store?.spec.metadata).toContainEqual({ name: 'redisPassword', secretKeyRef: { name: 'redis-secrets', key: 'password' } })
    expect(broker).toMatchObject({ spec: { type: 'pubsub.kafka' } })
    expect((await cluster.exec('kafka-0', 'kafka', kafkaTool('org.apache.kafka.tools.TopicCommand', '--bootstrap-server', kafkaAddress('kafka'), '--list'))).split('\n')).toEqual(
      expect.arrayContaining(['task-created', 'task-updated', 'task-completed', 'task-due-soon']),
    )
  }, 400_000)

  it('saves a task, and mails what the worker hears of it over Kafka', async () => {
    const { exitCode, all } = await stack('verify', '--json')
    expect({ exitCode, all }).toEqual({ exitCode: 0, all: expect.any(String) })
    const [judged] = resultOf(eventsOf(all), 'verify').map((value) => Judged.parse(value))
    expect(judged?.criteria.map(({ id, verdict }) => `${id} ${verdict}`)).toEqual(['TE-1 PASS', 'TE-2 PASS'])
  }, 100_000)

  it('fails to read its Redis without the password, and to find a mail of an event that there was not', async () => {
    const said = await cluster.exec('redis-0', 'redis', ['sh', '-c', 'unset REDISCLI_AUTH; redis-cli dbsize'])
    expect(said).toMatch(/^NOAUTH/)
    expect(Number(await cluster.exec('redis-0', 'redis', ['redis-cli', 'dbsize']))).toBeGreaterThan(0)
  })
})
