import { connect } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'

import { until } from '../sidecar/rig/until.ts'
import type { Outage } from './history.ts'
import type { Managed } from './managed.ts'
import type { Fault, Target } from './plan.ts'
import type { Replica } from './replica.ts'
import type { Stack } from './stack.ts'

/** Brings faults over a stack, several at a time, but never two over one process. */
export interface Injector {
  /** Starts a fault as soon as its process is free, and gives its end: when all runs again that it had stopped. `beforeStrike` is waited for at the last moment. */
  inject(fault: Fault, beforeStrike: () => Promise<void>): Promise<void>
  /** Those of the store and the broker that are over. */
  readonly outages: readonly Outage[]
  /** Whether the store or the broker is out now. */
  readonly isOut: boolean
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

const replicaOf = (stack: Stack, app: string, index: number): Replica => {
  const replica = stack.replicasOf(app)[index]
  if (!replica) throw new Error(`there is no replica ${index} of ${app}`)
  return replica
}

const processesOf = (stack: Stack, target: Target): Managed[] => {
  if ('server' in target) return [target.server === 'redis' ? stack.redis.process : stack.kafka?.process ?? []].flat()
  const { service, sidecar } = replicaOf(stack, target.app, target.index)
  return { service: [service], sidecar: [sidecar], pod: [service, sidecar] }[target.part]
}

const ready = ({ name, url }: Replica): Promise<boolean> =>
  until(`ready ${name}`, readySeconds, async () => (await fetch(`${url}/ready`, { signal: AbortSignal.timeout(2000) })).ok)

/** Lets work wait for whoever holds the same names. */
const createLocks = () => {
  const held = new Map<string, Promise<void>>()
  return async (names: readonly string[], work: () => Promise<void>): Promise<void> => {
    const before = names.map((name) => held.get(name) ?? Promise.resolve())
    const { promise, resolve } = Promise.withResolvers<undefined>()
    for (const name of names) held.set(name, promise)
    try {
      await Promise.all(before)
      await work()
    } finally {
      resolve(undefined)
    }
  }
}

/** The service goes first, as the pod's shut-down asks for. */
const roll = async (replicas: readonly Replica[]): Promise<void> => {
  for (const replica of replicas) {
    await replica.service.takeDown('SIGTERM')
    await replica.sidecar.takeDown('SIGTERM')
    for (const process of [replica.sidecar, replica.service]) process.start()
    await ready(replica)
  }
}

const stopFor = async (fault: Extract<Fault, { target: Target }>, processes: readonly Managed[]): Promise<void> => {
  if (fault.kind === 'pause') {
    for (const process of processes) process.signal('SIGSTOP')
    await sleep(fault.ms)
    for (const process of processes) process.signal('SIGCONT')
    return
  }
  await Promise.all(processes.map((process) => process.takeDown(fault.kind === 'kill' ? 'SIGKILL' : 'SIGTERM')))
  await sleep(fault.ms)
  for (const process of processes) process.start()
}

export const createInjector = (stack: Stack): Injector => {
  const outages: Outage[] = []
  const locked = createLocks()
  let out = 0
  const whileOut = async (target: Target, work: () => Promise<void>): Promise<void> => {
    if (!('server' in target)) return work()
    const from = Date.now()
    out += 1
    await work()
    const port = target.server === 'redis' ? stack.redis.port : (stack.kafka?.port ?? 0)
    await until(target.server, readySeconds, () => answers(port))
    out -= 1
    outages.push({ from, to: Date.now() })
  }
  const inject = async (fault: Fault, beforeStrike: () => Promise<void>): Promise<void> => {
    if (fault.kind === 'roll') {
      const replicas = stack.replicasOf(fault.app)
      const names = replicas.flatMap(({ service, sidecar }) => [service.name, sidecar.name])
      return locked(names, async () => {
        await beforeStrike()
        await roll(replicas)
      })
    }
    if (fault.kind === 'link') {
      const replica = replicaOf(stack, fault.app, fault.index)
      return locked([`${replica.name} ${fault.direction}`], async () => {
        await beforeStrike()
        replica[fault.direction].trouble(fault)
        await sleep(fault.ms)
        replica[fault.direction].trouble(undefined)
      })
    }
    const processes = processesOf(stack, fault.target)
    return locked(processes.map(({ name }) => name), async () => {
      await beforeStrike()
      await whileOut(fault.target, () => stopFor(fault, processes))
    })
  }
  return { inject, outages, get isOut() { return out > 0 } }
}
