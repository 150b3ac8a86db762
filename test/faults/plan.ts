import { type Trouble, troubles } from './link.ts'
import type { Broker } from './manifests.ts'
import type { Random } from './random.ts'

/** What of a replica is hit: its service, its sidecar, or both at once. */
export type Part = 'service' | 'sidecar' | 'pod'

/** A process, or the two of a replica. */
export type Target = { readonly server: Broker } | { readonly app: string; readonly index: number; readonly part: Part }

/** Where a stack runs: as processes of this machine, or in containers of the test cluster. */
export type Place = 'local' | 'cluster'

export type Fault =
  /** SIGKILL or SIGTERM, then down for a while; in a cluster until the kubelet starts it again, and `terminate` is the removal of a pod. */
  | { readonly kind: 'kill' | 'terminate'; readonly target: Target; readonly ms: number }
  /** SIGSTOP, and SIGCONT after a while. */
  | { readonly kind: 'pause'; readonly target: Target; readonly ms: number }
  /** A rolling update. Locally every replica of an app, one after the other: SIGTERM, started again, ready. */
  | { readonly kind: 'roll'; readonly app: string }
  | { readonly kind: 'link'; readonly app: string; readonly index: number; readonly direction: 'inbound' | 'outbound'; readonly trouble: Trouble; readonly share: number; readonly holdMs: number; readonly ms: number }

export interface PlanOptions {
  /** A cluster has no links. Default: `local`. */
  readonly place?: Place
  readonly broker: Broker
  /** Kills (SIGKILL) in the plan; other faults are added. */
  readonly kills: number
  readonly apps: readonly string[]
  readonly replicas: number
  /** A pause that is longer than this takes a replica's lease away. */
  readonly leaseMs: number
  /** Leave out what takes long to heal. Default: false. */
  readonly short?: boolean
}

const targetOf = (random: Random, { broker, apps, replicas }: PlanOptions): Target => {
  const weights = { service: 4, sidecar: 3, pod: 2, redis: 2, kafka: broker === 'kafka' ? 3 : 0 } as const
  const what = random.weighted(weights)
  if (what === 'redis' || what === 'kafka') return { server: what }
  // The first app, which takes the requests, has most to lose.
  const app = random.chance(0.7) ? (apps[0] ?? '') : random.pick(apps)
  return { app, index: Math.floor(random.next() * replicas), part: what }
}

/** Longer than the lease at times, where there is one; a server that is away longer fails every request alike. */
const pauseMs = (random: Random, target: Target, { leaseMs, short = false }: PlanOptions): number => {
  if ('server' in target) return random.between(300, 4000)
  return !short && random.chance(0.3) ? random.between(leaseMs * 1.1, leaseMs * 2) : random.between(200, 5000)
}

const linkFault = (random: Random, { apps, replicas }: PlanOptions): Fault => ({
  kind: 'link',
  app: random.chance(0.7) ? (apps[0] ?? '') : random.pick(apps),
  index: Math.floor(random.next() * replicas),
  direction: random.chance(0.7) ? 'outbound' : 'inbound',
  trouble: random.pick(troubles),
  share: random.between(0.1, 0.6),
  holdMs: random.between(200, 5000),
  ms: random.between(500, 4000),
})

const otherFault = (random: Random, options: PlanOptions): Fault => {
  const kind = random.weighted(options.place === 'cluster' ? { pause: 3, terminate: 2, roll: 3, link: 0 } : { pause: 5, terminate: 4, roll: 1, link: 6 })
  if (kind === 'link') return linkFault(random, options)
  if (kind === 'roll') return { kind, app: random.pick(options.apps) }
  const hit = targetOf(random, options)
  const target = options.place === 'cluster' && kind === 'terminate' && 'app' in hit ? { ...hit, part: 'pod' as const } : hit
  return { kind, target, ms: kind === 'pause' ? pauseMs(random, target, options) : random.between(100, 2000) }
}

const kill = (random: Random, options: PlanOptions): Fault => ({ kind: 'kill', target: targetOf(random, options), ms: random.between(100, 3000) })

/** The faults of a run, in order: a kill, and by chance another fault before it. */
export const planFaults = (random: Random, options: PlanOptions): Fault[] =>
  Array.from({ length: options.kills }, () => [...(random.chance(0.6) ? [otherFault(random, options)] : []), kill(random, options)]).flat()

/** What is hit, in words. */
export const targetName = (target: Target): string => ('server' in target ? target.server : `${target.app} ${target.part}`)

export const faultName = (fault: Fault): string => {
  if (fault.kind === 'roll') return `roll ${fault.app}`
  if (fault.kind === 'link') return `${fault.trouble} ${fault.direction} ${fault.app}`
  return `${fault.kind} ${targetName(fault.target)}`
}
