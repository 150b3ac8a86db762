import { createServer } from 'node:net'

const listenAnywhere = (): Promise<{ port: number; release: () => Promise<void> }> =>
  new Promise((resolve, reject) => {
    const server = createServer()
    server.once('error', reject)
    server.listen(0, '127.0.0.1', () => {
      const address = server.address()
      const port = typeof address === 'object' && address !== null ? address.port : 0
      resolve({ port, release: () => new Promise((done) => server.close(() => { done() })) })
    })
  })

/** Different loopback ports that nobody listened on a moment ago. */
export const freePorts = async (count: number): Promise<number[]> => {
  const held = await Promise.all(Array.from({ length: count }, listenAnywhere))
  await Promise.all(held.map(({ release }) => release()))
  return held.map(({ port }) => port)
}
