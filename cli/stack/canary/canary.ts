import { setTimeout as sleep } from 'node:timers/promises'

import type { Sample } from '../../graph/metrics.ts'
import { atOnce, requestsAtOnce } from '../at-once.ts'
import type { Context } from '../context.ts'
import type { DeployedGraph } from '../graph.ts'
import { appOf, isReady, type Pod } from '../up/pods.ts'
import { type Deliveries, deliveriesIn } from './deliveries.ts'
import type { SidecarCalls } from './sidecar-calls.ts'

type Subscription = DeployedGraph['subscriptions'][number]

/** A subscription to which no canary came, and all that is known of it. */
export interface Silent {
  readonly subscription: Subscription
  /** Why no app could publish on the topic, if so: the last answer. */
  readonly unpublished?: string
  /** Deliveries that the app did not take while the canary was under way. */
  readonly refused: number
}

/** What the proof needs. */
export interface Flow extends Pick<Context, 'output' | 'signal'> {
  readonly graph: Pick<DeployedGraph, 'topics' | 'subscriptions'>
  /** The pods of the stack as they are now. */
  readonly pods: () => Promise<readonly Pod[]>
  readonly calls: SidecarCalls
  /** How long a canary may take, in seconds. */
  readonly seconds: number
  /** @default 300 ms between looks, 1 s between canaries */
  readonly pace?: { readonly lookMs: number; readonly againMs: number }
}

const nameOf = ({ topic, app }: Subscription): string => `${topic} → ${app}`

/** Proves of each subscription that it delivers, by an event of no meaning on its topic. */
class Proof {
  readonly #flow: Flow
  readonly #before = new Map<string, Deliveries>()
  /** Pods that were there before the first canary: what they had delivered until then proves nothing. */
  #older: ReadonlySet<string> | undefined
  readonly #publishedMs = new Map<string, number>()
  readonly #unpublished = new Map<string, string>()
  readonly #refused = new Map<string, number>()
  #silent: readonly Subscription[]

  constructor(flow: Flow) {
    this.#flow = flow
    this.#silent = flow.graph.subscriptions
  }

  /** Publishes on the topics that are still silent: again after a while, for a pod on its way out may have taken the last one with it. */
  async #publish(pods: readonly Pod[], againMs: number): Promise<void> {
    const { graph, calls } = this.#flow
    const topics = graph.topics.filter(({ name }) => this.#silent.some(({ topic }) => topic === name))
    await atOnce(topics, requestsAtOnce, async ({ name: topic, pubsub, publishers }) => {
      if (performance.now() - (this.#publishedMs.get(topic) ?? -Infinity) < againMs) return
      const from = pods.find((pod) => isReady(pod) && publishers.includes(appOf(pod) ?? ''))
      const why = from ? await calls.publish(from, { pubsub, topic }) : `no pod of ${publishers.join(', ')} is ready`
      if (why === undefined) {
        this.#publishedMs.set(topic, performance.now())
        this.#unpublished.delete(topic)
      } else this.#unpublished.set(topic, from ? `the sidecar of ${appOf(from) ?? ''} answers ${why}` : why)
    })
  }

  /** What of a topic the sidecar of a pod has delivered since the first canary. */
  #since({ pubsub, topic }: Subscription, { metadata }: Pod, samples: readonly Sample[] | undefined): Deliveries {
    const none = { success: 0, refused: 0 }
    if (samples === undefined) return none
    const now = deliveriesIn(samples, pubsub, topic)
    const key = `${metadata.name}/${topic}`
    const before = this.#before.get(key) ?? (this.#older?.has(metadata.name) ? now : none)
    this.#before.set(key, before)
    return { success: now.success - before.success, refused: now.refused - before.refused }
  }

  async #look(pods: readonly Pod[]): Promise<void> {
    const { calls, output } = this.#flow
    this.#older ??= new Set(pods.map(({ metadata }) => metadata.name))
    const asked = pods.filter((pod) => this.#silent.some(({ app }) => app === appOf(pod)))
    const samples = new Map(await atOnce(asked, requestsAtOnce, async (pod) => [pod, await calls.samples(pod)] as const))
    const delivers = this.#silent.map((subscription) => {
      const since = asked.filter((pod) => appOf(pod) === subscription.app).map((pod) => this.#since(subscription, pod, samples.get(pod)))
      this.#refused.set(subscription.name, since.reduce((sum, { refused }) => sum + refused, 0))
      return since.some(({ success }) => success > 0)
    })
    for (const [index, subscription] of this.#silent.entries()) {
      const ready = delivers[index] === true
      output.emit({ type: 'progress', object: nameOf(subscription), ready, detail: ready ? 'delivers' : 'no event yet', pods: [] })
    }
    this.#silent = this.#silent.filter((_, index) => delivers[index] !== true)
  }

  async run(): Promise<Silent[]> {
    const { pods, seconds, signal, pace = { lookMs: 300, againMs: 1000 } } = this.#flow
    const end = performance.now() + seconds * 1000
    for (;;) {
      signal.throwIfAborted()
      const present = await pods()
      await this.#look(present)
      if (this.#silent.length === 0 || performance.now() > end) return this.#findings()
      await this.#publish(present, pace.againMs)
      await sleep(pace.lookMs, undefined, { signal })
    }
  }

  #findings(): Silent[] {
    return this.#silent.map((subscription) => {
      const unpublished = this.#unpublished.get(subscription.topic)
      return { subscription, refused: this.#refused.get(subscription.name) ?? 0, ...(unpublished !== undefined && { unpublished }) }
    })
  }
}

/**
 * Publishes a canary on each topic that is subscribed to, through the sidecar of an app that publishes on it, and waits until the sidecar
 * of each subscriber has handed over an event of the topic. Gives the subscriptions to which none came in time.
 */
export const silentSubscriptions = (flow: Flow): Promise<Silent[]> => new Proof(flow).run()
