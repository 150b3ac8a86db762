import { chown, glob, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'

import { ensurePackages } from '../../../toolchain/packages.ts'
import { run } from '../../../toolchain/run.ts'
import { orEnd, startChild } from './child.ts'
import { freePorts } from './free-ports.ts'
import { until } from './until.ts'

export interface Postgres {
  /** What a client connects with, the password in it. */
  readonly url: string
  /** Runs one statement, and gives what psql prints without a table around it. */
  query(sql: string): Promise<string>
  /** Ends it and removes its data. */
  stop(): Promise<void>
}

/** The user that Debian's package makes: the server does not run as root. */
const user = 'postgres'
const password = 'a-test-password'

/** Debian has the server's programs in a folder of their version, which is on no PATH. */
const programs = async (): Promise<string> => {
  const found: string[] = []
  for await (const path of glob('/usr/lib/postgresql/*/bin/postgres')) found.push(path)
  return dirname(found.sort().at(-1) ?? '')
}

const asUser = (command: string, args: readonly string[]): [string, string[]] =>
  process.getuid?.() === 0 ? ['setpriv', ['--reuid', user, '--regid', user, '--clear-groups', command, ...args]] : [command, [...args]]

/** Starts a real PostgreSQL on loopback that asks for a password, with data that is gone after it. */
export const startPostgres = async (): Promise<Postgres> => {
  await ensurePackages(['postgresql', 'util-linux'], (line) => { process.stderr.write(`${line}\n`) })
  const bin = await programs()
  const folder = await mkdtemp(join(tmpdir(), 'dapr-stack-postgres-'))
  const id = Number(await run('id', ['-u', user]))
  if (process.getuid?.() === 0) await chown(folder, id, -1)
  const [port = 0] = await freePorts(1)
  const data = join(folder, 'data')
  const [file, args] = asUser('sh', ['-c', `printf %s "$PGPASSWORD" > "$1/password" && "$2/initdb" --pgdata "$1/data" --username ${user} --auth scram-sha-256 --pwfile "$1/password" --no-sync`, 'sh', folder, bin])
  await run(file, args, { env: { PGPASSWORD: password } })
  const server = startChild(...asUser(`${bin}/postgres`, ['-D', data, '-p', `${port}`, '-h', '127.0.0.1', '-k', folder]), { cwd: folder })
  const query = (sql: string): Promise<string> => run('psql', ['-h', '127.0.0.1', '-p', `${port}`, '-U', user, '-Atc', sql], { env: { PGPASSWORD: password } })
  await orEnd(server, until('PostgreSQL', 20, async () => (await query('select 1')) === '1'))
  return {
    url: `host=127.0.0.1 port=${port} user=${user} password=${password} dbname=postgres`,
    query,
    stop: async () => {
      server.signal('SIGINT') // which does not wait for clients
      await server.exit()
      await rm(folder, { recursive: true })
    },
  }
}
