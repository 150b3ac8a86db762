import { createServer, request, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'

/** A proxy on loopback that hands everything on but some headers, on the way there and back. */
export interface HeaderEater {
  readonly port: number
  close(): void
}

const without = (headers: NodeJS.Dict<string | string[]>, eaten: readonly string[]) =>
  Object.fromEntries(Object.entries(headers).filter(([name]) => !eaten.includes(name)))

const listening = (server: Server): Promise<number> =>
  new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo // it listens on a port
      resolve(port)
    })
  })

/** Stands before a port of this machine and takes these headers, in lower case, out of what goes through it. */
export const startHeaderEater = async (port: number, eaten: readonly string[]): Promise<HeaderEater> => {
  const server = createServer((incoming, outgoing) => {
    const { method, url, headers } = incoming
    const onward = request({ host: '127.0.0.1', port, method, path: url, headers: without(headers, eaten) }, (answer) => {
      outgoing.writeHead(answer.statusCode ?? 502, without(answer.headers, eaten))
      answer.pipe(outgoing)
    })
    onward.once('error', () => outgoing.destroy())
    incoming.pipe(onward)
  })
  return {
    port: await listening(server),
    close: () => {
      server.close()
      server.closeAllConnections()
    },
  }
}
