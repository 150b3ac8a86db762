import { rm } from 'node:fs/promises'

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { z } from 'zod'

import { stackCluster, type StackCluster } from '../../cli/kube/index.ts'
import { freshNamespace, removeNamespace, untilReady } from '../e2e/deployment.ts'
import { replicas, target } from '../e2e/target.ts'
import { runBlock } from './blocks.ts'

const Typed = z.object({ spec: z.object({ type: z.string() }) })

/** The blocks are run as a reader would, in a namespace of the test's own. */
describe('the README', () => {
  const namespace = freshNamespace()
  let cluster: StackCluster

  beforeAll(() => {
    cluster = stackCluster(target(), namespace)
  })
  afterAll(async () => {
    await removeNamespace(cluster)
    await rm('dist', { recursive: true, force: true })
  }, 180_000)

  const run = (name: string): Promise<void> => runBlock('README.md', name, { env: { STACK_NAMESPACE: namespace, CDK8S_CHECK_UPGRADE: 'false' } })

  const broker = async (): Promise<string> => Typed.parse(await cluster.objects.find('dapr.io/v1alpha1', 'Component', namespace, 'pubsub')).spec.type

  it('deploys to a cluster', async () => {
    await run('deploy')
    await untilReady(cluster, replicas)
    expect(await broker()).toBe('pubsub.redis')
  }, 200_000)

  it('switches Redis to Kafka on the running stack', async () => {
    await run('switch')
    await untilReady(cluster, replicas)
    expect(await broker()).toBe('pubsub.kafka')
  }, 300_000)
})
