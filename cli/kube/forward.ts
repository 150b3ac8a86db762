import { createServer, type Server, type Socket } from 'node:net'

import { type KubeConfig, PortForward } from '@kubernetes/client-node'

/** A port of a pod, reachable on this machine until it is closed. */
export interface Forward {
  /** `http://127.0.0.1:<port>` */
  readonly url: string
  readonly close: () => Promise<void>
}

const listen = async (server: Server): Promise<number> => {
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(0, '127.0.0.1', resolve))
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('the server has no port')
  return address.port
}

/** Opens a port of a pod on a free loopback port, as `kubectl port-forward` does: also ports that the pod binds to its own loopback. */
export const forwardPort = async (config: KubeConfig, namespace: string, pod: string, port: number): Promise<Forward> => {
  const sockets = new Set<Socket>()
  const connect = async (socket: Socket): Promise<void> => {
    sockets.add(socket)
    socket.on('error', () => socket.destroy())
    const tunnel = await new PortForward(config, true).portForward(namespace, pod, [port], socket, null, socket)
    const end = (): void => (typeof tunnel === 'function' ? tunnel()?.close() : tunnel.close())
    socket.once('close', () => {
      sockets.delete(socket)
      end()
    })
    if (typeof tunnel !== 'function') tunnel.once('close', () => socket.end())
  }
  const server = createServer((socket) => {
    connect(socket).catch(() => socket.destroy())
  })
  const local = await listen(server)
  return {
    url: `http://127.0.0.1:${local}`,
    close: async () => {
      for (const socket of sockets) socket.destroy()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}
