import { z } from 'zod'

import type { KubeObject } from '../../kube/port.ts'
import type { Connection } from '../connection.ts'
import type { Context } from '../context.ts'
import type { Desired } from '../desired.ts'
import type { DeployedGraph } from '../graph.ts'
import { NoAnswer, sidecarMetadata } from '../sidecar.ts'
import { hasSidecar, podAnnotations } from '../up/phases.ts'
import { appOf, type Pod, podOf } from '../up/pods.ts'
import { NotReady } from '../up/wait.ts'
import { type Silent, silentSubscriptions } from './canary.ts'
import { sidecarCalls } from './sidecar-calls.ts'

/** The longest that a canary may be under way, in seconds: a consumer group of Kafka takes some of them to form. */
const longestSeconds = 60

/** Why a subscription is silent, in words; `listed` says whether the sidecar knows of the subscription. Pure. */
export const causeOf = ({ unpublished, refused, subscription: { name } }: Silent, pods: number, listed: boolean | undefined): string => {
  if (unpublished !== undefined) return `nothing can be published on it: ${unpublished}`
  if (pods === 0) return 'the app has no pod'
  if (listed === false) return `its sidecar has no Subscription ${name}`
  if (refused > 0) return `the app refused ${refused} deliveries`
  return 'its sidecar delivers nothing'
}

const isListed = async ({ port, pods }: Connection, namespace: string, pod: Pod | undefined, { topic, pubsub }: Silent['subscription']): Promise<boolean | undefined> => {
  if (!pod) return undefined
  try {
    return (await sidecarMetadata(port, pods(namespace), pod)).subscriptions.some((one) => one.topic === topic && one.pubsubname === pubsub)
  } catch (error) {
    if (error instanceof NoAnswer) return undefined
    throw error
  }
}

const runs = (app: string) => (object: KubeObject): boolean => hasSidecar(object) && podAnnotations(object)['dapr.io/app-id'] === app

const failure = async (connection: Connection, { objects, namespace }: Desired, silent: Silent, pods: readonly Pod[], seconds: number): Promise<NotReady> => {
  const { app, topic } = silent.subscription
  const own = pods.filter((pod) => appOf(pod) === app)
  const cause = causeOf(silent, own.length, await isListed(connection, namespace, own[0], silent.subscription))
  const object = objects.find(runs(app)) ?? { apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: app, namespace } }
  return new NotReady(`no event of topic ${topic} reaches ${app} after ${seconds} s: ${cause}`, { object, pods: own, failures: [], timedOut: false })
}

const Scaled = z.object({ spec: z.object({ replicas: z.literal(0) }) })

/** The subscriptions of apps that the manifests give pods. Pure. */
export const provable = ({ graph, objects }: Pick<Desired, 'graph' | 'objects'>): DeployedGraph['subscriptions'] =>
  graph.subscriptions.filter(({ app }) => objects.some((object) => runs(app)(object) && !Scaled.safeParse(object).success))

/**
 * Waits until events flow: a canary on each topic that is subscribed to has come to each subscriber.
 * @throws NotReady with the topic, the subscriber and the likely cause when one has not
 */
export const proveFlow = async ({ output, signal, options }: Context, connection: Connection, desired: Desired): Promise<void> => {
  const { namespace, graph } = desired
  const seconds = Math.min(options.timeout, longestSeconds)
  const pods = async (): Promise<Pod[]> => (await connection.port.list('v1', 'Pod', { namespace })).map(podOf)
  const calls = sidecarCalls(connection.port, connection.pods(namespace))
  const [first] = await silentSubscriptions({ output, signal, graph: { ...graph, subscriptions: provable(desired) }, pods, calls, seconds })
  if (first) throw await failure(connection, desired, first, await pods(), seconds)
}
