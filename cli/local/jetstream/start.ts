import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

import type { Command } from '../commands.ts'
import type { Folder } from '../folder.ts'
import type { JetStreamPlan } from './plan.ts'

/** A server of the run and where it listens. */
export interface PlacedJetStream extends JetStreamPlan {
  readonly port: number
}

export const addressOf = ({ port }: PlacedJetStream): string => `nats://127.0.0.1:${port}`

const settingsFile = ({ temporary }: Folder, { name }: JetStreamPlan): string => join(temporary, `${name}.conf`)

/** Writes the server's settings and makes the folder for its streams. */
export const prepareJetStream = async (server: PlacedJetStream, folder: Folder): Promise<void> => {
  await writeFile(settingsFile(folder, server), server.settings)
  await mkdir(join(folder.data, server.name), { recursive: true })
}

/** The server. What it was told to keep stays in the data folder, under its name. */
export const jetStreamCommand = (file: string, server: PlacedJetStream, folder: Folder): Command => ({
  name: server.name,
  file,
  args: ['--config', settingsFile(folder, server), '--addr', '127.0.0.1', '--port', `${server.port}`, '--store_dir', join(folder.data, server.name)],
  cwd: folder.data,
  env: {},
})
