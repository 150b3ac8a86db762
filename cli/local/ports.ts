import { createServer, type Server } from 'node:net'

import { errorCode } from '../../toolchain/errors.ts'
import type { AppPlan } from './app-plan.ts'
import { InTheWay } from './errors.ts'
import { portHolder } from './port-holder.ts'

/** The loopback ports of one sidecar. */
export interface SidecarPorts {
  readonly http: number
  readonly grpc: number
  readonly internal: number
}

/** The loopback ports of the scheduler. */
export interface SchedulerPorts {
  readonly api: number
  readonly health: number
  readonly client: number
  readonly peer: number
}

const loopback = '127.0.0.1'

const listen = (port: number): Promise<Server> =>
  new Promise((resolve, reject) => {
    const server = createServer()
    server.once('error', reject)
    server.listen(port, loopback, () => resolve(server))
  })

const close = (server: Server): Promise<void> => new Promise((resolve) => server.close(() => resolve()))

const portOf = (server: Server): number => {
  const address = server.address()
  if (typeof address === 'object' && address !== null) return address.port
  throw new Error('a listening server has no port')
}

/** As many different loopback ports, none in use and none of `taken`. */
export const freePorts = async (count: number, taken: readonly number[]): Promise<number[]> => {
  const held = await Promise.all(Array.from({ length: count + taken.length }, () => listen(0)))
  const ports = held.map(portOf).filter((port) => !taken.includes(port))
  await Promise.all(held.map(close))
  return ports.slice(0, count)
}

const requireFree = async ({ id, port }: AppPlan): Promise<void> => {
  try {
    await close(await listen(port))
  } catch (error) {
    if (errorCode(error) === 'EACCES') throw new InTheWay(`${id} may not listen on port ${port}: add \`-- --port-offset 1000\``)
    if (errorCode(error) !== 'EADDRINUSE') throw error
    const holder = await portHolder(port)
    throw new InTheWay(`port ${port} of ${id} is in use${holder && ` by ${holder}`}: stop that, or \`npm start -- --port-offset 1000\``)
  }
}

/**
 * Throws InTheWay for the first app whose port another process has.
 */
export const requireFreePorts = async (apps: readonly AppPlan[]): Promise<void> => {
  for (const app of apps) await requireFree(app)
}
