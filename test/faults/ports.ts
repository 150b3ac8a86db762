import { createServer } from 'node:net'

// Below the ports that the system gives to outgoing connections: one of those could sit on a port whose server is down for a while.
const [lowest, highest] = [15_000, 31_000]

const isFree = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const server = createServer()
    server.once('error', () => { resolve(false) })
    server.listen(port, '127.0.0.1', () => server.close(() => { resolve(true) }))
  })

/** Different loopback ports that nobody listened on a moment ago, and that no outgoing connection takes. Runs at the same time start at different places. */
export const serverPorts = async (count: number): Promise<number[]> => {
  const found: number[] = []
  const start = lowest + Math.floor(Math.random() * (highest - lowest))
  for (let step = 0; found.length < count && step < highest - lowest; step += 1) {
    const port = lowest + ((start - lowest + step) % (highest - lowest))
    if (await isFree(port)) found.push(port)
  }
  return found
}
