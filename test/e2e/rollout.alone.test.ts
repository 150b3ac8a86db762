import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { z } from 'zod'

import { eventually } from '../../cli/eventually.ts'
import type { AnyObject } from '../../cli/kube/index.ts'
import { changing, objectIn } from '../../cli/verify/index.ts'
import { deploy, type Deployment, synthesized, untilReady } from './deployment.ts'
import { replaceWith, restart, scale } from './rollout/changes.ts'
import { type InClusterLoad, type Report, startLoad } from './rollout/in-cluster-load.ts'
import { withoutDrain } from './rollout/without-drain.ts'
import { replicas, target } from './target.ts'

/** An event that an ending sidecar held is given to another after a minute on Redis, and looked for every 15 s. */
const heldSeconds = 90

const Imaged = z.object({ spec: z.object({ template: z.object({ spec: z.object({ containers: z.tuple([z.object({ image: z.string() })]) }) }) }) })
const imageOf = (deployment: AnyObject): string => Imaged.parse(deployment).spec.template.spec.containers[0].image

/** What a client saw, for the one who reads the test's output. */
const told = (what: string, { requests, kept, completed, failures }: Report): void => {
  const lines = [`${what}: ${failures.length} of ${requests} requests failed (${kept} on kept connections), ${completed} tasks completed`, ...failures.slice(0, 20).map((failure) => `  ${JSON.stringify(failure)}`)]
  process.stdout.write(`${lines.join('\n')}\n`)
}

/**
 * The node of the test cluster now and then makes no new connection to a Service (docs/shutdown.md). Nothing of those
 * requests reached an app; they are told, and not held against the apps.
 */
const isOfTheNode = ({ what, connections }: Report['failures'][number]): boolean => connections === 'new' && /EHOSTUNREACH|no connection within/.test(what)

const expectNothingFailed = ({ requests, kept, failures }: Report): void => {
  expect(failures.filter((failure) => !isOfTheNode(failure))).toEqual([])
  expect(failures.length).toBeLessThanOrEqual(2)
  expect(requests).toBeGreaterThan(200)
  expect(kept).toBeGreaterThan(50)
}

// What ends, and how, is the same on Kafka; one broker keeps this short.
const environment = 'dev'

/** While pods are replaced, clients in the cluster that come through the Services must not notice. */
describe('under load', () => {
  let deployment: Deployment
  let loads: { readonly control: InClusterLoad; readonly load: InClusterLoad }
  let whole: readonly AnyObject[]

  beforeAll(async () => {
    deployment = await deploy(target(), { environment, change: changing('Deployment', 'task-api', withoutDrain) })
    whole = await synthesized(environment, deployment.cluster.namespace)
    await untilReady(deployment.cluster, replicas)
    const image = imageOf(objectIn(whole, 'Deployment', 'task-api'))
    // The node keeps for minutes what it knows of connections to a pod that died, and sends there what comes again from the same address and port.
    loads = { control: await startLoad(deployment.cluster, 'load-of-control', image), load: await startLoad(deployment.cluster, 'load', image) }
  }, 180_000)
  afterAll(() => deployment.remove(), 120_000)

  const during = async (what: string, work: () => Promise<void>, by: keyof typeof loads = 'load'): Promise<Report> => {
    const report = await loads[by].during(work)
    told(what, report)
    return report
  }
  const ofEveryApp = async (change: (app: string) => Promise<void>): Promise<void> => {
    await Promise.all(Object.keys(replicas).map(change))
  }

  it('fails requests when pods that do not drain are replaced', async () => {
    const { failures } = await during('replacing pods that do not drain', () => replaceWith(deployment.cluster, objectIn(whole, 'Deployment', 'task-api')), 'control')
    expect(failures.length).toBeGreaterThan(0)
  }, 200_000)

  it('a rolling update of every app fails no request', async () => {
    expectNothingFailed(await during('a rolling update', () => ofEveryApp((app) => restart(deployment.cluster, app))))
  }, 200_000)

  it('a scale-down of every app fails no request', async () => {
    expectNothingFailed(await during('a scale-down', () => ofEveryApp((app) => scale(deployment.cluster, app, 1))))
  }, 200_000)

  it('after all that, each completed task was notified', async () => {
    await eventually(
      async () => {
        expect([...await loads.control.unnotified(), ...await loads.load.unnotified()]).toEqual([])
      },
      { seconds: heldSeconds, everySeconds: 2 },
    )
  }, 120_000)
})
