import { randomBytes } from 'node:crypto'

import { createBoard } from '../../dashboard/board.ts'
import { createServer } from '../../dashboard/server.ts'
import { errorCode } from '../../../toolchain/errors.ts'
import { connect } from '../connection.ts'
import type { Context } from '../context.ts'
import { findStack } from '../deployed.ts'
import { type Exit, StackError } from '../errors.ts'

/** Nobody else on the network reaches it, and none of this machine without the token. */
const host = '127.0.0.1'

const taken = (port: number, error: unknown): unknown => {
  if (errorCode(error) === 'EADDRINUSE') return new StackError('usage', `port ${port} is taken`, 'choose another --port, or leave it out', { cause: error })
  if (errorCode(error) === 'EACCES') return new StackError('usage', `port ${port} may not be opened`, 'choose a --port from 1024 on, or leave it out', { cause: error })
  return error
}

/** `stack dashboard`: a page of a deployed stack on this machine, until Ctrl-C. */
export const dashboardVerb = async (context: Context): Promise<Exit> => {
  const { options, output, signal } = context
  const connection = await connect(options)
  const { stack, namespace } = await findStack(context, connection.port, 'graph')
  const writes = options.allowWrites
  const board = createBoard({ place: { stack, namespace, context }, writes, connection, connect: () => connect(options) })
  const token = randomBytes(24).toString('base64url')
  let port = options.port ?? 0
  const server = await createServer({ board, token, writes, port: () => port })
  try {
    const address = await server.listen({ host, port }).catch((error: unknown) => { throw taken(port, error) })
    port = Number(new URL(address).port)
    const url = `http://${host}:${port}/${token}/`
    output.emit({ type: 'result', result: 'dashboard', value: { url, stack, namespace, writes } })
    output.print(`${stack} in namespace ${namespace}: ${url}\n${writes ? 'dead letters can be replayed there' : 'read-only; --allow-writes lets dead letters be replayed'}; Ctrl-C ends it`)
    await new Promise<void>((resolve) => {
      if (signal.aborted) resolve()
      signal.addEventListener('abort', () => { resolve() }, { once: true })
    })
    return 'interrupted'
  } finally {
    await server.close()
    await board.close()
  }
}
