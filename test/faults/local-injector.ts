import { connect } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'

import { until } from '../sidecar/rig/until.ts'
import { createLocks, createOutages, type Injector, type Strike } from './injector.ts'
import type { Managed } from './managed.ts'
import type { Fault, Target } from './plan.ts'
import { type Replica, untilReady } from './replica.ts'
import type { Kafka, Server } from './servers.ts'

/** The processes of a stack on this machine. */
export interface Processes {
  readonly redis: Server
  readonly kafka: Kafka | undefined
  readonly replicas: readonly Replica[]
}

const answers = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => {
      socket.destroy()
      resolve(true)
    })
    socket.on('error', () => { resolve(false) })
  })

const readySeconds = 90

const replicasOf = ({ replicas }: Processes, app: string): readonly Replica[] => replicas.filter((replica) => replica.app === app)

const replicaOf = (processes: Processes, app: string, index: number): Replica => {
  const replica = replicasOf(processes, app)[index]
  if (!replica) throw new Error(`there is no replica ${index} of ${app}`)
  return replica
}

const targets = (processes: Processes, target: Target): Managed[] => {
  if ('server' in target) return [target.server === 'redis' ? processes.redis.process : processes.kafka?.process ?? []].flat()
  const { service, sidecar } = replicaOf(processes, target.app, target.index)
  return { service: [service], sidecar: [sidecar], pod: [service, sidecar] }[target.part]
}

/** The service goes first, as the pod's shut-down asks for. */
const roll = async (replicas: readonly Replica[]): Promise<void> => {
  for (const replica of replicas) {
    await replica.service.takeDown('SIGTERM')
    await replica.sidecar.takeDown('SIGTERM')
    for (const process of [replica.sidecar, replica.service]) process.start()
    await untilReady(replica, readySeconds)
  }
}

/** A blow that stops processes, and what makes them go on. */
const stopping = (kind: 'kill' | 'terminate' | 'pause', processes: readonly Managed[]): { readonly blow: () => Promise<void>; readonly goOn: () => void } =>
  kind === 'pause'
    ? {
        blow: async () => { for (const process of processes) process.signal('SIGSTOP') },
        goOn: () => { for (const process of processes) process.signal('SIGCONT') },
      }
    : {
        blow: async () => { await Promise.all(processes.map((process) => process.takeDown(kind === 'kill' ? 'SIGKILL' : 'SIGTERM'))) },
        goOn: () => { for (const process of processes) process.start() },
      }

export const createLocalInjector = (processes: Processes): Injector => {
  const outages = createOutages()
  const locked = createLocks()
  const stopFor = async ({ kind, target, ms }: Extract<Fault, { target: Target }>, hit: readonly Managed[], strike: Strike): Promise<void> => {
    const { blow, goOn } = stopping(kind, hit)
    await strike(blow)
    const over = 'server' in target ? outages.open() : undefined
    await sleep(ms)
    goOn()
    if ('server' in target) {
      const port = target.server === 'redis' ? processes.redis.port : (processes.kafka?.port ?? 0)
      await until(target.server, readySeconds, () => answers(port))
    }
    over?.()
  }
  const inject = async (fault: Fault, strike: Strike): Promise<void> => {
    if (fault.kind === 'roll') {
      const replicas = replicasOf(processes, fault.app)
      return locked(replicas.flatMap(({ service, sidecar }) => [service.name, sidecar.name]), async () => {
        await strike(async () => undefined)
        await roll(replicas)
      })
    }
    if (fault.kind === 'link') {
      const replica = replicaOf(processes, fault.app, fault.index)
      return locked([`${replica.name} ${fault.direction}`], async () => {
        await strike(async () => { replica[fault.direction].trouble(fault) })
        await sleep(fault.ms)
        replica[fault.direction].trouble(undefined)
      })
    }
    const hit = targets(processes, fault.target)
    return locked(hit.map(({ name }) => name), () => stopFor(fault, hit, strike))
  }
  return { inject, outages: outages.over, get isOut() { return outages.isOut } }
}
