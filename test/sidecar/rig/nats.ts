import { mkdir } from 'node:fs/promises'

import { makeStreams } from '../../../cli/local/jetstream/setup.ts'
import { addressOf, jetStreamCommand, prepareJetStream } from '../../../cli/local/jetstream/start.ts'
import { folderOf } from '../../../cli/local/folder.ts'
import { ensureTool } from '../../../toolchain/tools.ts'
import { type Child, orEnd, startChild } from './child.ts'
import { freePorts } from './free-ports.ts'

export interface Nats {
  /** `nats://host:port`. */
  readonly url: string
  readonly process: Child
}

/** Starts a real NATS with JetStream on loopback as `npm start` does, and has it make the streams of the setup. */
export const startNats = async (cwd: string, setup: string): Promise<Nats> => {
  const file = await ensureTool('nats-server', (line) => { process.stderr.write(`${line}\n`) })
  const [port = 0] = await freePorts(1)
  const folder = folderOf(cwd, port)
  const server = { name: 'nats', settings: 'jetstream { sync_interval: always }\n', setup, port }
  await mkdir(folder.temporary, { recursive: true })
  await prepareJetStream(server, folder)
  const { args } = jetStreamCommand(file, server, folder)
  const child = startChild(file, args, { cwd })
  await orEnd(child, makeStreams(port, setup, new AbortController().signal))
  return { url: addressOf(server), process: child }
}
