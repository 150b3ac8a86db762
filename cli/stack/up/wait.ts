import { setTimeout as sleep } from 'node:timers/promises'

import type { StackCluster } from '../../kube/index.ts'
import { type KubeObject, refOf, shortName } from '../../kube/port.ts'
import type { Connection } from '../connection.ts'
import type { Context } from '../context.ts'
import { NoAnswer, sidecarMetadata } from '../sidecar.ts'
import { failuresOf, type PodFailure } from './failure.ts'
import { hasSidecar } from './phases.ts'
import { appOf, isMissed, type Pod, podLine, podsWith } from './pods.ts'
import { replicasOf, type Rollout, rolloutOf, selectorOf } from './rollout.ts'
import { type Snapshot, snapshotOf } from './snapshot.ts'

/** A workload that does not become ready: what is known of it. */
export class NotReady extends Error {
  override readonly name = 'NotReady'
  readonly object: KubeObject
  readonly pods: readonly Pod[]
  readonly failures: readonly PodFailure[]
  /** Whether only the time was over. */
  readonly timedOut: boolean

  constructor(why: string, { object, pods, failures, timedOut }: Pick<NotReady, 'object' | 'pods' | 'failures' | 'timedOut'>) {
    super(why)
    this.object = object
    this.pods = pods
    this.failures = failures
    this.timedOut = timedOut
  }
}

/** What a wait needs. */
export interface Wait extends Pick<Context, 'output' | 'signal'> {
  readonly connection: Connection
  readonly cluster: Pick<StackCluster, 'namespace' | 'forward'>
  /** Components that the sidecar of a workload must have loaded, by the workload's app id. */
  readonly components: (app: string) => readonly string[]
  readonly timeoutSeconds: number
}

const everyMs = 400
/** How long a pod may look stuck: some things mend themselves, such as a Secret that comes late. */
const graceMs = 5000

interface Look {
  readonly ready: boolean
  readonly detail: string
  readonly pods: readonly Pod[]
  readonly failures: readonly PodFailure[]
  readonly failure?: string
}

/** For a moment after a pod was removed the workload still counts it. */
const allThere = (rollout: Rollout, { length }: readonly Pod[], wanted: number): Rollout =>
  rollout.ready && length < wanted ? { ready: false, detail: `${length} of ${wanted} pods there` } : rollout

const lookAt = (object: KubeObject, { find, pods }: Snapshot): Look => {
  const live = find(refOf(object))
  if (!live) return { ready: false, detail: 'not there yet', pods: [], failures: [] }
  const own = podsWith(pods, selectorOf(live))
  const rollout = allThere(rolloutOf(live), own, replicasOf(live))
  return { ...rollout, pods: own, failures: rollout.ready ? [] : failuresOf(own) }
}

/** Waits for the workloads of one namespace, and tells of each how far it is. */
class Waiting {
  readonly #wait: Wait
  readonly #seen = new Set<string>()
  readonly #rolled = new Set<string>()
  readonly #loaded = new Set<string>()
  readonly #stuckSince = new Map<string, number>()
  readonly #readyAfter = new Map<string, number>()
  readonly #start = performance.now()

  constructor(wait: Wait) {
    this.#wait = wait
  }

  async #remake(object: KubeObject, pods: readonly Pod[], why: string): Promise<void> {
    const { connection, cluster, output } = this.#wait
    output.emit({ type: 'note', text: `${shortName(refOf(object))}: ${why} ${pods.map(({ metadata }) => metadata.name).join(', ')}; made anew` })
    for (const { metadata } of pods) await connection.port.remove({ apiVersion: 'v1', kind: 'Pod', name: metadata.name, namespace: cluster.namespace })
  }

  /** Makes pods anew that Dapr's injector missed; once for a workload. */
  async #roll(object: KubeObject, pods: readonly Pod[]): Promise<boolean> {
    const missed = pods.filter(isMissed)
    const name = shortName(refOf(object))
    if (missed.length === 0 || this.#rolled.has(name)) return missed.length > 0
    this.#rolled.add(name)
    await this.#remake(object, missed, 'the injector missed')
    return true
  }

  /** Makes pods anew that were stuck before this run: Kubernetes would try them again only after minutes, whatever has been mended. */
  async #unstick(object: KubeObject, look: Look): Promise<Look> {
    const name = shortName(refOf(object))
    const first = !this.#seen.has(name)
    this.#seen.add(name)
    const stuck = look.pods.filter(({ metadata }) => look.failures.some(({ pod }) => pod === metadata.name))
    if (!first || stuck.length === 0) return look
    await this.#remake(object, stuck, 'it was stuck before:')
    return { ...look, failures: [] }
  }

  /** What the sidecars of pods have not loaded yet, in words. */
  async #unloaded(pods: readonly Pod[]): Promise<string | undefined> {
    const { connection, cluster, components } = this.#wait
    const asked = pods.filter(({ metadata }) => !this.#loaded.has(metadata.name))
    const lacking = await Promise.all(asked.map(async (pod): Promise<string[]> => {
      const expected = components(appOf(pod) ?? '')
      try {
        const names = new Set((await sidecarMetadata(connection.port, cluster, pod)).components.map(({ name }) => name))
        const missing = expected.filter((name) => !names.has(name))
        if (missing.length === 0) this.#loaded.add(pod.metadata.name)
        return missing.map((name) => `component ${name} is not loaded in ${pod.metadata.name}`)
      } catch (error) {
        if (error instanceof NoAnswer) return [`the sidecar of ${pod.metadata.name} does not answer: ${error.message}`]
        throw error
      }
    }))
    return lacking.flat()[0]
  }

  async #whole(object: KubeObject, look: Look): Promise<Look> {
    if (!hasSidecar(object)) return look
    if (await this.#roll(object, look.pods)) return { ...look, ready: false, detail: `${look.detail}; pods without a sidecar` }
    if (!look.ready) return look
    const unloaded = await this.#unloaded(look.pods)
    return unloaded === undefined ? look : { ...look, ready: false, detail: unloaded }
  }

  #refuse(object: KubeObject, look: Look): void {
    const { failures, failure, pods } = look
    const why = failure ?? failures[0]?.why
    const name = shortName(refOf(object))
    if (why === undefined) this.#stuckSince.delete(name)
    else if (!this.#stuckSince.has(name)) this.#stuckSince.set(name, performance.now())
    const since = this.#stuckSince.get(name)
    if (why !== undefined && since !== undefined && performance.now() - since > graceMs) throw new NotReady(why, { object, pods, failures, timedOut: false })
  }

  async #turn(objects: readonly KubeObject[]): Promise<{ object: KubeObject; look: Look }[]> {
    const { connection, cluster, output } = this.#wait
    const kinds = [...new Map(objects.map(({ apiVersion, kind }) => [kind, { apiVersion, kind }])).values()]
    const snapshot = await snapshotOf(connection.port, cluster.namespace, kinds)
    return Promise.all(objects.map(async (object) => {
      const look = await this.#whole(object, await this.#unstick(object, lookAt(object, snapshot)))
      const name = shortName(refOf(object))
      if (look.ready && !this.#readyAfter.has(name)) this.#readyAfter.set(name, (performance.now() - this.#start) / 1000)
      const pods = look.pods.map((pod) => podLine(pod, snapshot.events.get(pod.metadata.name)))
      output.emit({ type: 'progress', object: name, ready: look.ready, detail: look.ready ? 'ready' : look.detail, pods })
      return { object, look }
    }))
  }

  async untilReady(objects: readonly KubeObject[]): Promise<ReadonlyMap<string, number>> {
    const { signal, timeoutSeconds } = this.#wait
    for (;;) {
      signal.throwIfAborted()
      const waiting = (await this.#turn(objects)).filter(({ look }) => !look.ready)
      for (const { object, look } of waiting) this.#refuse(object, look)
      const [first] = waiting
      if (!first) return this.#readyAfter
      if (performance.now() - this.#start > timeoutSeconds * 1000) {
        const { object, look } = first
        throw new NotReady(`not ready after ${timeoutSeconds} s: ${look.detail}`, { object, pods: look.pods, failures: look.failures, timedOut: true })
      }
      await sleep(everyMs, undefined, { signal })
    }
  }
}

/**
 * Waits until workloads have all their pods, each with its sidecar and what it must have loaded. Gives the seconds after which each was
 * ready, by name.
 * @throws NotReady when one is stuck, or the time is over
 */
export const untilReady = (wait: Wait, objects: readonly KubeObject[]): Promise<ReadonlyMap<string, number>> => new Waiting(wait).untilReady(objects)
