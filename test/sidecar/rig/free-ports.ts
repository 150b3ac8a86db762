import { createServer } from 'node:net'

// Below the ports that the system gives to outgoing connections: one of those could take a port before its server does, or while that is down.
const [first, span] = [15_000, 16_000]

// A worker of jest keeps to a share of its own: a port that is free until its server is up, or while that is down, would be taken by
// another's server, which answers for it. Other runs have all of them.
const worker = process.env['JEST_WORKER_ID']
const shares = worker === undefined ? 1 : 4
const size = span / shares
const lowest = first + (Number(worker ?? 0) % shares) * size

/** Calls at the same time must not give a port twice: nobody listens on it for a while. */
const given = new Set<number>()

const isFree = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const server = createServer()
    server.once('error', () => { resolve(false) })
    server.listen(port, '127.0.0.1', () => server.close(() => { resolve(true) }))
  })

/** Different loopback ports that nobody listened on a moment ago, never one twice. Runs at the same time start at different places. */
export const freePorts = async (count: number): Promise<number[]> => {
  const found: number[] = []
  const start = lowest + Math.floor(Math.random() * size)
  for (let step = 0; found.length < count && step < size; step += 1) {
    const port = lowest + ((start - lowest + step) % size)
    if (given.has(port)) continue
    given.add(port)
    if (await isFree(port)) found.push(port)
  }
  return found
}
