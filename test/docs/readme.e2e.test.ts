import { rm } from 'node:fs/promises'

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { execa } from 'execa'
import { z } from 'zod'

import { ensureTool } from '../../toolchain/tools.ts'
import { stackCluster, type StackCluster } from '../../cli/kube/index.ts'
import { freshNamespace, removeNamespace, untilReady } from '../e2e/deployment.ts'
import { replicas, target } from '../e2e/target.ts'
import { runnableBlocks } from './blocks.ts'

const Typed = z.object({ spec: z.object({ type: z.string() }) })

/** The blocks are run as a reader would, in a namespace of the test's own. */
describe('the README', () => {
  const namespace = freshNamespace()
  let cluster: StackCluster
  let kubectl: string

  beforeAll(async () => {
    cluster = stackCluster(target(), namespace)
    const own = await execa('kubectl', ['version', '--client'], { reject: false })
    kubectl = own.failed ? await ensureTool('kubectl', () => undefined) : 'kubectl'
  })
  afterAll(async () => {
    await removeNamespace(cluster)
    await rm('dist', { recursive: true, force: true })
  }, 180_000)

  const run = async (name: string): Promise<void> => {
    const block = (await runnableBlocks('README.md')).get(name)
    if (block === undefined) throw new Error(`README.md has no block marked "run: ${name}"`)
    const withKubectl = `kubectl() { command "${kubectl}" "$@"; }\n${block}`
    await execa('bash', ['-euo', 'pipefail', '-c', withKubectl], { preferLocal: true, env: { STACK_NAMESPACE: namespace, CDK8S_CHECK_UPGRADE: 'false' } })
  }

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
