import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'

import { eventually, objectIn } from '../../cli/verify/index.ts'
import { addAutoscalers } from '../cluster/cluster.ts'
import { publishMany } from './autoscaling/backlog.ts'
import { autoscalerOf, countingOf, deployScaled, eventsPerPod, mostPods, scaledStack } from './autoscaling/scaled-stack.ts'
import { type Deployment, untilReady } from './deployment.ts'
import { eventsOf, resultOf, runIn } from './stack-program.ts'

/** More than a pod of half a core handles between two looks of the autoscaler, which are 15 s apart. */
const many = 15_000

beforeAll(() => addAutoscalers((line) => { process.stderr.write(`${line}\n`) }), 900_000)

describe.each(['dev', 'kafka'] as const)('the task stack with autoscaling, on %s', (environment) => {
  let deployment: Deployment

  beforeAll(async () => { deployment = await deployScaled(environment) }, 240_000)
  afterAll(() => deployment.remove(), 120_000)

  it('has more pods while events wait, at most as many as it may', async () => {
    const { cluster } = deployment
    await eventually(async () => expect(await countingOf(cluster, 'task-api')).toMatchObject({ status: 'True' }), { seconds: 120, everySeconds: 1 })
    const seen: number[] = []
    await publishMany(cluster, many)
    await eventually(async () => {
      const { pods, waiting } = await autoscalerOf(cluster, 'keda-hpa-task-api')
      seen.push(waiting)
      expect(pods).toBe(mostPods)
    }, { seconds: 180, everySeconds: 1 })
    expect(Math.max(...seen)).toBeGreaterThan(eventsPerPod)
    await untilReady(cluster, { 'task-api': mostPods })
  }, 420_000)

  it('has more pods while they compute', async () => {
    const { cluster } = deployment
    const [pod] = await cluster.pods('notification-service')
    const computed = cluster.exec(pod?.name ?? '', 'notification-service', ['node', '-e', 'const end = Date.now() + 90_000; while (Date.now() < end);'])
    await eventually(async () => expect(await autoscalerOf(cluster, 'notification-service')).toMatchObject({ pods: 2 }), { seconds: 150, everySeconds: 1 })
    await computed
  }, 240_000)
})

describe('a broker that lets other pods in than those of KEDA', () => {
  let deployment: Deployment

  beforeAll(async () => { deployment = await deployScaled('dev', { keda: { pods: { app: 'nobody' } } }) }, 240_000)
  afterAll(() => deployment.remove(), 120_000)

  it('fails to be counted, which doctor says, until it is named', async () => {
    const { cluster } = deployment
    // KEDA says nothing before its attempts to connect are over: five for each trigger, with time-outs of some seconds.
    await eventually(async () => expect(await countingOf(cluster, 'task-api')).toMatchObject({ status: 'False', message: expect.stringMatching(/./) }), { seconds: 300, everySeconds: 1 })
    const { stdout } = await runIn('.', cluster.namespace)(['doctor', '--json'])
    const counting = expect.objectContaining({ id: 'backlog-uncounted', subject: 'ScaledObject/task-api', evidence: expect.arrayContaining([expect.stringMatching(/redis/)]) })
    expect(resultOf(eventsOf(stdout), 'doctor')).toMatchObject([{ findings: expect.arrayContaining([counting]) }])
    const opened = scaledStack('dev', cluster.namespace)
    await cluster.objects.apply(objectIn(opened, 'NetworkPolicy', 'redis-master'))
    // KEDA looks again after twice the time each time; at a new one it looks at once.
    const scaledObject = objectIn(opened, 'ScaledObject', 'task-api')
    await cluster.objects.remove(scaledObject)
    await eventually(async () => expect(await cluster.objects.find('keda.sh/v1alpha1', 'ScaledObject', cluster.namespace, 'task-api')).toBeUndefined(), { seconds: 30 })
    await cluster.objects.apply(scaledObject)
    await eventually(async () => expect(await countingOf(cluster, 'task-api')).toMatchObject({ status: 'True' }), { seconds: 60, everySeconds: 1 })
  }, 540_000)
})
