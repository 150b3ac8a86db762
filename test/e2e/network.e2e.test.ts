import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'

import { eventually } from '../../cli/eventually.ts'
import type { AnyObject, StackCluster } from '../../cli/kube/index.ts'
import { sidecarPorts } from '../../config/define/index.ts'
import { redisPort } from '../../infra/constructs/index.ts'
import { containerSecurity, podSecurity } from '../../infra/constructs/security.ts'
import { images } from '../../infra/images.ts'
import { deploy, type Deployment, onePodEach, single, untilReady } from './deployment.ts'
import { type Attempt, connects, opening } from './network.ts'
import { target } from './target.ts'

const stranger = 'stranger'
const listens = 9999

/** A pod in the namespace that is not of the stack. It listens, too. */
const strangerPod = (namespace: string): AnyObject => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name: stranger, namespace, labels: { app: stranger } },
  spec: {
    automountServiceAccountToken: false,
    terminationGracePeriodSeconds: 0,
    securityContext: podSecurity,
    containers: [{
      name: stranger, image: process.env['STACK_IMAGE'] ?? images.app, imagePullPolicy: 'IfNotPresent', securityContext: containerSecurity,
      command: ['node', '-e', `require('node:net').createServer().listen(${listens})`],
    }],
  },
})

const addressOf = async ({ objects, namespace }: StackCluster, app: string): Promise<string> => {
  const pods = (await objects.list('v1', 'Pod', namespace)) as { readonly metadata?: { readonly labels?: Readonly<Record<string, string>> }; readonly status?: { readonly podIP?: string } }[]
  return pods.find(({ metadata }) => metadata?.labels?.['app'] === app)?.status?.podIP ?? ''
}

/** What NetworkPolicies keep apart. Where the cluster is the test cluster, its results are our reading of what policies mean (docs/security.md). */
describe('network policies on a real cluster, environment dev', () => {
  let deployment: Deployment
  let policies: AnyObject[]
  let forbidden: Readonly<Record<string, Attempt>>
  let allowed: Readonly<Record<string, Attempt>>

  beforeAll(async () => {
    deployment = await deploy(target(), { environment: 'dev', change: single })
    const { cluster, objects } = deployment
    policies = objects.filter(({ kind }) => kind === 'NetworkPolicy')
    await cluster.objects.apply(strangerPod(cluster.namespace))
    await untilReady(cluster, onePodEach(stranger))
    const [pod] = await cluster.pods('task-api')
    const outside = { pod: stranger, container: stranger }
    const inside = { pod: pod?.name ?? '', container: 'task-api' }
    const [ranker, notifier, alien] = await Promise.all(['ai-service', 'notification-service', stranger].map((app) => addressOf(cluster, app)))
    forbidden = {
      'a pod without the label to Redis': { ...outside, host: 'redis-master', port: redisPort },
      'a pod that is not of the stack to an app, by its Service': { ...outside, host: 'task-api', port: 80 },
      'a pod that is not of the stack to a sidecar': { ...outside, host: notifier ?? '', port: sidecarPorts.internalGrpc },
      'an app to another past its sidecar': { ...inside, host: 'ai-service', port: 80 },
      'an app to a port of a sidecar that is not for sidecars': { ...inside, host: ranker ?? '', port: sidecarPorts.metrics },
      'an app to a pod that is not of the stack': { ...inside, host: alien ?? '', port: listens },
    }
    allowed = {
      'an app to the Redis of its store': { ...inside, host: 'redis-master', port: redisPort },
      'an app to the sidecar of one that it invokes': { ...inside, host: notifier ?? '', port: sidecarPorts.internalGrpc },
    }
  }, 180_000)
  afterAll(() => deployment.remove(), 180_000)

  const outcomes = async (attempts: Readonly<Record<string, Attempt>>): Promise<Record<string, boolean>> =>
    Object.fromEntries(await Promise.all(Object.entries(attempts).map(async ([what, attempt]) => [what, await connects(deployment.cluster, attempt)] as const)))
  const all = (attempts: Readonly<Record<string, Attempt>>, outcome: boolean) => Object.fromEntries(Object.keys(attempts).map((what) => [what, outcome]))
  const soon = (attempts: Readonly<Record<string, Attempt>>, outcome: boolean) => eventually(async () => expect(await outcomes(attempts)).toEqual(all(attempts, outcome)), { seconds: 20 })

  it('let those connect that the graph names, and no others: a cluster without an engine for NetworkPolicies fails here', async () => {
    expect(await outcomes(allowed)).toEqual(all(allowed, true))
    expect(await outcomes(forbidden)).toEqual(all(forbidden, false))
  }, 60_000)

  it('are what kept the others away: without them all connect', async () => {
    const { objects } = deployment.cluster
    for (const policy of policies) await objects.remove(policy)
    await soon(forbidden, true)
    for (const policy of policies) await objects.apply(policy)
    await soon(forbidden, false)
  }, 90_000)

  it('can be added to, for a client that the environment names', async () => {
    const { objects, namespace } = deployment.cluster
    const { 'a pod that is not of the stack to an app, by its Service': client, ...others } = forbidden
    if (client === undefined) throw new Error('there is no such attempt')
    await objects.apply(opening(namespace, 'task-api', 8000, stranger))
    await soon({ client }, true)
    expect(await outcomes(others)).toEqual(all(others, false))
  }, 60_000)
})
