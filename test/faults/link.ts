import { connect, createServer, type Server, type Socket } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'

import type { Random } from './random.ts'

/**
 * What happens to what passes a link: `delay` holds answers back; `late` holds requests back and delivers them also when their client
 * has given up; `cut-before` breaks the connection instead of the request; `cut-after` lets the request pass and breaks the connection instead of the answer.
 */
export const troubles = ['delay', 'late', 'cut-before', 'cut-after'] as const
export type Trouble = (typeof troubles)[number]

/** Trouble for a share of what passes, held back for `holdMs` where it is held back. */
export interface LinkTrouble {
  readonly trouble: Trouble
  readonly share: number
  readonly holdMs: number
}

/** A TCP proxy on loopback between a service and its sidecar, in one direction. */
export interface Link {
  readonly port: number
  /** How often it made trouble. */
  readonly troubled: number
  trouble(trouble: LinkTrouble | undefined): void
  close(): Promise<void>
}

interface Ends {
  readonly client: Socket
  readonly server: Socket
}

const listen = (server: Server, port: number): Promise<void> =>
  new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, '127.0.0.1', () => { resolve() })
  })

/** Writes what it is given in order, each part after its own pause. */
const createPipe = (to: Socket) => {
  let last: Promise<unknown> = Promise.resolve()
  return {
    write: (chunk: Buffer, holdMs: number): void => {
      if (holdMs > 0) last = last.then(() => sleep(holdMs))
      last = last.then(() => { if (to.writable) to.write(chunk) })
    },
    end: (): void => { last = last.then(() => to.end()) },
  }
}

const breakOff = ({ client, server }: Ends): void => {
  client.resetAndDestroy()
  server.destroy()
}

/** Opens a link from `port` to `target`. */
export const openLink = async (port: number, target: number, random: Random): Promise<Link> => {
  let current: LinkTrouble | undefined
  let troubled = 0
  const open = new Set<Socket>()
  const strikes = (...kinds: readonly Trouble[]): LinkTrouble | undefined => {
    if (!current || !kinds.includes(current.trouble) || !random.chance(current.share)) return undefined
    troubled += 1
    return current
  }
  const join = (ends: Ends): void => {
    const { client, server } = ends
    const [requests, answers] = [createPipe(server), createPipe(client)]
    client.on('data', (chunk: Buffer) => {
      const trouble = strikes('late', 'cut-before')
      if (trouble?.trouble === 'cut-before') breakOff(ends)
      else requests.write(chunk, trouble?.holdMs ?? 0)
    })
    server.on('data', (chunk: Buffer) => {
      const trouble = strikes('delay', 'cut-after')
      if (trouble?.trouble === 'cut-after') breakOff(ends)
      else answers.write(chunk, trouble?.holdMs ?? 0)
    })
    client.on('close', () => { requests.end() }) // after what is held back
    server.on('end', () => { answers.end() })
    server.on('close', () => client.destroy())
  }
  const listener = createServer({ noDelay: true }, (client) => {
    const server = connect({ port: target, host: '127.0.0.1', noDelay: true })
    for (const socket of [client, server]) {
      open.add(socket)
      socket.on('error', () => undefined) // its end is told by `close`
      socket.on('close', () => open.delete(socket))
    }
    join({ client, server })
  })
  await listen(listener, port)
  return {
    port,
    get troubled() { return troubled },
    trouble: (trouble) => { current = trouble },
    close: () => {
      for (const socket of open) socket.destroy()
      return new Promise((resolve) => listener.close(() => { resolve() }))
    },
  }
}
