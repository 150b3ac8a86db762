import { ensurePackages } from '../../../toolchain/packages.ts'
import { run } from '../../../toolchain/run.ts'
import { type Child, orEnd, startChild } from './child.ts'
import { freePorts } from './free-ports.ts'
import { until } from './until.ts'

export interface Redis {
  readonly port: number
  readonly process: Child
  /** Runs one command, and gives what redis-cli prints. */
  command(...args: readonly string[]): Promise<string>
}

/** Starts a real Redis on loopback that keeps everything in the folder and writes nothing elsewhere. */
export const startRedis = async (cwd: string): Promise<Redis> => {
  await ensurePackages(['redis-server'], (line) => { process.stderr.write(`${line}\n`) })
  const [port = 0] = await freePorts(1)
  const child = startChild('redis-server', ['--port', `${port}`, '--bind', '127.0.0.1', '--dir', cwd, '--save', '', '--appendonly', 'yes', '--appendfsync', 'always'], { cwd })
  const command = (...args: readonly string[]): Promise<string> => run('redis-cli', ['-p', `${port}`, ...args])
  // Its first write on a busy disk has taken 15 s.
  await orEnd(child, until('Redis', 60, async () => (await command('ping')) === 'PONG'))
  return { port, process: child, command }
}
