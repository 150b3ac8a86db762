import { setTimeout as sleep } from 'node:timers/promises'

import { sidecarContainer } from '../../../cli/verify/index.ts'
import { until } from '../../sidecar/rig/until.ts'
import { createLocks, createOutages, type Injector, type Strike } from '../injector.ts'
import type { Fault, Target } from '../plan.ts'
import { type Container, isReady, type Pod } from './pods.ts'

export type Signal = 'SIGKILL' | 'SIGSTOP' | 'SIGCONT'

/** How faults reach a stack in a cluster. */
export interface Reach {
  readonly pods: () => Promise<readonly Pod[]>
  /** Pods that each app and each server should have. */
  readonly wanted: Readonly<Record<string, number>>
  /** App label of a server's pod. */
  readonly serverApps: Readonly<Record<'redis' | 'kafka', string>>
  readonly signal: (container: string, signal: Signal) => Promise<void>
  readonly removePod: (pod: string) => Promise<void>
  /** Starts a rolling update; it goes on when this returns. */
  readonly restartRollout: (app: string) => Promise<void>
  /** Whether a rolling update is over. */
  readonly rolledOut: (app: string) => Promise<boolean>
  /** Whether clients of a server get its answers. */
  readonly answers: (server: 'redis' | 'kafka') => Promise<boolean>
  /** Ids of the containers that were killed. */
  readonly killed: Set<string>
}

export interface ClusterInjector extends Injector {
  /** Pods that were removed because the kubelet would have put the next start of a container off for too long. */
  readonly renewed: number
  /** When every pod is there and ready. */
  healed(): Promise<void>
}

const patienceSeconds = 300
/** The kubelet waits 10 s before the second start in ten minutes, 20 s before the third, up to 5 min: that is more than these tests learn from. */
const patientRestarts = 1

/** The pod that a target is in; its index counts the living pods of the app by name. */
const podOf = (pods: readonly Pod[], { serverApps }: Reach, target: Target): Pod | undefined =>
  'server' in target
    ? pods.find(({ app, leaving }) => app === serverApps[target.server] && !leaving)
    : pods.filter(({ app, leaving }) => app === target.app && !leaving)[target.index]

const isHit = ({ name }: Container, target: Target): boolean =>
  'server' in target || target.part === 'pod' || (target.part === 'sidecar') === (name === sidecarContainer)

const lockOf = (target: Target): string => ('server' in target ? target.server : `${target.app} ${target.index}`)

export const createClusterInjector = (reach: Reach): ClusterInjector => {
  const outages = createOutages()
  const locked = createLocks()
  let renewed = 0
  /** The pods, after those were removed that would stay down for long. */
  const look = async (): Promise<readonly Pod[]> => {
    const pods = await reach.pods()
    const stuck = pods.filter(({ leaving, containers }) => !leaving && containers.some(({ backOff, restarts }) => backOff && restarts > patientRestarts))
    for (const { name } of stuck) {
      renewed += 1
      await reach.removePod(name)
    }
    return pods.filter((pod) => !stuck.includes(pod))
  }
  const runs = async (target: Target): Promise<boolean> => {
    const pod = podOf(await look(), reach, target)
    return pod !== undefined && pod.containers.length > 0 && pod.containers.every(({ running, id }) => running && !reach.killed.has(id))
  }
  const hit = async (target: Target, signal: Signal, strike: Strike): Promise<readonly string[]> =>
    until(`container of ${lockOf(target)} to hit`, patienceSeconds, async () => {
      const containers = (podOf(await look(), reach, target)?.containers ?? []).filter((container) => isHit(container, target))
      if (containers.length === 0 || !containers.every(({ running, id }) => running && !reach.killed.has(id))) return undefined
      const ids = containers.map(({ id }) => id)
      await strike(async () => {
        await Promise.all(ids.map((id) => reach.signal(id, signal)))
        if (signal === 'SIGKILL') for (const id of ids) reach.killed.add(id)
      })
      return ids
    })
  const remove = (target: Target, strike: Strike): Promise<string> =>
    until(`pod of ${lockOf(target)} to remove`, patienceSeconds, async () => {
      const pod = podOf(await look(), reach, target)?.name
      if (pod !== undefined) await strike(() => reach.removePod(pod))
      return pod
    })
  const stopFor = async ({ kind, target, ms }: Extract<Fault, { target: Target }>, strike: Strike): Promise<void> => {
    if (kind === 'terminate') await remove(target, strike)
    const stopped = kind === 'terminate' ? [] : await hit(target, kind === 'kill' ? 'SIGKILL' : 'SIGSTOP', strike)
    const over = 'server' in target ? outages.open() : undefined
    if (kind === 'pause') {
      await sleep(ms)
      await Promise.all(stopped.map((id) => reach.signal(id, 'SIGCONT').catch(() => undefined))) // it may be gone by now
    }
    await until(`${lockOf(target)} to run again`, patienceSeconds, () => runs(target))
    if ('server' in target) await until(`${target.server} to answer`, patienceSeconds, () => reach.answers(target.server))
    over?.()
  }
  const roll = async (app: string, strike: Strike): Promise<void> => {
    await strike(() => reach.restartRollout(app))
    await until(`${app} to be rolled out`, patienceSeconds, async () => {
      await look()
      return reach.rolledOut(app)
    })
  }
  const inject = async (fault: Fault, strike: Strike): Promise<void> => {
    if (fault.kind === 'link') throw new Error('a cluster has no links')
    if (fault.kind === 'roll') return locked(Array.from({ length: reach.wanted[fault.app] ?? 0 }, (_, index) => `${fault.app} ${index}`), () => roll(fault.app, strike))
    return locked([lockOf(fault.target)], () => stopFor(fault, strike))
  }
  const healed = async (): Promise<void> => {
    await until('stack with all pods ready', patienceSeconds, async () => {
      const pods = await look()
      return Object.entries(reach.wanted).every(([app, count]) => pods.filter((pod) => pod.app === app && isReady(pod)).length === count)
    })
  }
  return { inject, healed, outages: outages.over, get isOut() { return outages.isOut }, get renewed() { return renewed } }
}
