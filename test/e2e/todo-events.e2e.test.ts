import { describe, expect, it } from '@jest/globals'
import { z } from 'zod'

import { kafkaAddress } from '../../infra/constructs/index.ts'
import { kafkaTool } from '../../infra/constructs/kafka-program.ts'
import { deployedProject } from '../package/deployed-project.ts'
import { installExample } from '../package/project.ts'
import { eventsOf, resultOf } from './stack-program.ts'

/** The image of the example; TODO_EVENTS_IMAGE says another, that is where the nodes of a cluster of one's own take it from. */
const image = process.env['TODO_EVENTS_IMAGE'] ?? 'docker.io/dapr-stack/todo-events:0.1.0'

const Component = z.object({ spec: z.object({ type: z.string(), metadata: z.array(z.object({ name: z.string(), secretKeyRef: z.object({ name: z.string(), key: z.string() }).optional() })) }), scopes: z.array(z.string()) })
const Judged = z.object({ verdict: z.string(), criteria: z.array(z.object({ id: z.string(), verdict: z.string(), lines: z.array(z.object({ title: z.string(), evidence: z.array(z.string()), cause: z.string().optional() })) })) })

/** The example in a folder of its own, with the package from its tarball: built, deployed and judged as its reader does it. */
describe('the example todo-events', () => {
  const deployed = deployedProject(image, (project) => installExample(project, 'todo-events'))
  const stack = (...args: readonly string[]) => deployed.run('npx', ['stack', ...args])
  const componentOf = async (name: string) => {
    const { objects, namespace } = deployed.cluster
    return Component.parse(await objects.find('dapr.io/v1alpha1', 'Component', namespace, name))
  }

  it('fails to come up, and changes nothing, while the password of its Redis is not there', async () => {
    const { exitCode, all } = await stack('up', '--yes')
    expect({ exitCode, all }).toEqual({ exitCode: 6, all: expect.stringMatching(/Secret redis-secrets\b.*is not there/) })
  }, 60_000)

  it('comes up with a Kafka that has its four topics, and a Redis that asks for the password', async () => {
    expect(await stack('secrets', 'create', '--generate', 'redis-secrets/password')).toMatchObject({ exitCode: 0 })
    const { exitCode, all } = await stack('up', '--yes')
    expect({ exitCode, all }).toEqual({ exitCode: 0, all: expect.stringContaining('task-created → email-worker: delivers') })
    const store = await componentOf('todo-state')
    expect(store).toMatchObject({ spec: { type: 'state.redis' }, scopes: ['email-worker', 'todo-backend'] })
    expect(store.spec.metadata).toContainEqual({ name: 'redisPassword', secretKeyRef: { name: 'redis-secrets', key: 'password' } })
    expect(await componentOf('todo-pubsub')).toMatchObject({ spec: { type: 'pubsub.kafka' } })
    expect((await deployed.cluster.exec('kafka-0', 'kafka', kafkaTool('org.apache.kafka.tools.TopicCommand', '--bootstrap-server', kafkaAddress('kafka'), '--list'))).split('\n')).toEqual(
      expect.arrayContaining(['task-created', 'task-updated', 'task-completed', 'task-due-soon']),
    )
  }, 400_000)

  it('saves a task, and mails what the worker hears of it over Kafka', async () => {
    const { exitCode, all } = await stack('verify', '--json')
    expect({ exitCode, all }).toEqual({ exitCode: 0, all: expect.stringContaining('"verdict":"PASS"') })
    const [judged] = resultOf(eventsOf(all), 'verify').map((value) => Judged.parse(value))
    expect(judged?.criteria.map(({ id, verdict }) => `${id} ${verdict}`)).toEqual(['TE-1 PASS', 'TE-2 PASS'])
  }, 100_000)

  it('fails to read its Redis without the password, and finds what the apps keep there with it', async () => {
    const said = await deployed.cluster.exec('redis-0', 'redis', ['sh', '-c', 'unset REDISCLI_AUTH; redis-cli dbsize'])
    expect(said).toMatch(/^NOAUTH/)
    expect(Number(await deployed.cluster.exec('redis-0', 'redis', ['redis-cli', 'dbsize']))).toBeGreaterThan(0)
  })
})
