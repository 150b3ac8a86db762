import { cp, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { afterEach, describe, expect, it } from '@jest/globals'

import { eventually } from '../../cli/eventually.ts'
import { type AnyObject, type StackCluster } from '../../cli/kube/index.ts'
import { type Verification, verify } from '../../cli/verify/index.ts'
import { askSidecar } from './criteria/deployed.ts'
import { type Deployed, successCriteria } from './criteria/index.ts'
import { deploy, type Deployment, untilReady } from './deployment.ts'
import { inspect, replicas, target } from './target.ts'

const verdicts = ({ criteria }: Verification): string[] => criteria.map(({ id, verdict, lines }) => (verdict === 'BLOCKED' ? `${id} ${lines[0]?.cause ?? ''}` : `${id} ${verdict}`))

const causes = ({ criteria }: Verification, id: string): string =>
  criteria
    .filter((criterion) => criterion.id === id)
    .flatMap(({ lines }) => lines.flatMap(({ cause }) => cause ?? []))
    .join('\n')

const daprComponents = 'dapr.io/v1alpha1'

/** Each breaks one thing and must make its criterion, and none that does not depend on it, fail with the cause. */
describe('the verification', () => {
  const cleanups: (() => Promise<void>)[] = []
  afterEach(async () => {
    for (const cleanup of cleanups.splice(0).reverse()) await cleanup()
  }, 180_000)

  const stackWith = async (change?: (objects: AnyObject[]) => AnyObject[]): Promise<Deployment> => {
    const deployment = await deploy(target(), change)
    cleanups.push(deployment.remove)
    return deployment
  }

  const inspected = (cluster: StackCluster, options: Parameters<typeof inspect>[1] = {}): Deployed => {
    const subject = inspect(cluster, { patienceSeconds: 10, ...options })
    cleanups.push(subject.access.close)
    return subject
  }

  it('fails SC-1 alone when the annotation that injects the sidecar is removed', async () => {
    const without = (objects: AnyObject[]): AnyObject[] =>
      objects.map((object) => JSON.parse(JSON.stringify(object).replace('"dapr.io/enabled":"true",', '')) as AnyObject)
    const { cluster } = await stackWith(without)
    await eventually(async () => expect((await cluster.pods('task-api')).map(({ containers }) => containers[0]?.state)).toEqual(['running', 'running']), { seconds: 60 })
    const verification = await verify(successCriteria(inspected(cluster)))
    expect(verdicts(verification)).toEqual(['SC-1 FAIL', 'SC-2 blocked by SC-1', 'SC-3 blocked by SC-1', 'SC-4 blocked by SC-1', 'SC-5 PASS'])
    expect(causes(verification, 'SC-1')).toContain('dapr.io/enabled=nothing where true is needed')
    expect(causes(verification, 'SC-1')).toContain('no sidecar was injected (0/1')
  }, 240_000)

  it('fails SC-2 when a component is renamed behind the back of the ready stack', async () => {
    const { cluster } = await stackWith()
    await untilReady(cluster, replicas)
    const { objects, namespace } = cluster
    const component = await objects.find(daprComponents, 'Component', namespace, 'statestore')
    if (component === undefined) throw new Error('the stack has no statestore')
    await objects.remove(component)
    const { kind, apiVersion, spec } = component
    await objects.apply({ apiVersion: apiVersion ?? '', kind: kind ?? '', spec, metadata: { name: 'statestore-renamed', namespace } })
    const subject = inspected(cluster)
    await eventually(async () => expect((await askSidecar(subject, 'task-api', '/v1.0/state/statestore/none')).status).toBe(400), { seconds: 60 })
    const verification = await verify(successCriteria(subject))
    expect(verdicts(verification)).toEqual(['SC-1 PASS', 'SC-2 FAIL', 'SC-3 blocked by SC-2', 'SC-4 blocked by SC-2', 'SC-5 PASS'])
    expect(causes(verification, 'SC-2')).toContain('Component statestore is not in the cluster')
  }, 300_000)

  it('fails SC-3 when the subscription is removed', async () => {
    const { cluster } = await stackWith()
    await untilReady(cluster, replicas)
    const name = 'task-subscription'
    await cluster.objects.remove({ apiVersion: 'dapr.io/v2alpha1', kind: 'Subscription', metadata: { name, namespace: cluster.namespace } })
    const subject = inspected(cluster)
    for (const pod of await cluster.pods('task-api')) {
      await eventually(async () => expect((await askSidecar(subject, 'task-api', '/v1.0/metadata', {}, pod.name)).text).not.toContain('/events/task-events'), { seconds: 60 })
    }
    const verification = await verify(successCriteria(subject))
    expect(verdicts(verification)).toEqual(['SC-1 PASS', 'SC-2 PASS', 'SC-3 FAIL', 'SC-4 blocked by SC-3', 'SC-5 PASS'])
    expect(causes(verification, 'SC-3')).toContain(`Subscription ${name} is not in the cluster`)
  }, 300_000)

  it('fails SC-4 when access control refuses notify', async () => {
    const { cluster } = await stackWith((objects) => objects.map((object) => JSON.parse(JSON.stringify(object).replace('"action":"allow"', '"action":"deny"')) as AnyObject))
    await untilReady(cluster, replicas)
    const verification = await verify(successCriteria(inspected(cluster)))
    expect(verdicts(verification)).toEqual(['SC-1 PASS', 'SC-2 PASS', 'SC-3 PASS', 'SC-4 FAIL', 'SC-5 PASS'])
    expect(causes(verification, 'SC-4')).toContain('refused with 403 by the access control in Configuration notification-service')
  }, 300_000)

  it('fails SC-5 alone when the source imports a Redis client', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'dapr-stack-planted-'))
    cleanups.push(() => rm(folder, { recursive: true }))
    await cp('service', join(folder, 'service'), { recursive: true })
    await writeFile(join(folder, 'service', 'planted.ts'), "import 'ioredis'\n")
    const { cluster } = await stackWith()
    await untilReady(cluster, replicas)
    const verification = await verify(successCriteria(inspected(cluster, { sources: ['config', join(folder, 'service')] })))
    expect(verdicts(verification)).toEqual(['SC-1 PASS', 'SC-2 PASS', 'SC-3 PASS', 'SC-4 PASS', 'SC-5 FAIL'])
    expect(causes(verification, 'SC-5')).toContain('planted.ts imports ioredis')
  }, 300_000)
})
