import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

import { kafkaAddress, kafkaPort as clusterPort, kafkaProperties } from '../../infra/constructs/kafka-properties.ts'
import { ensureKafkaJars } from '../../toolchain/kafka.ts'
import { ensurePackages } from '../../toolchain/packages.ts'
import { run } from '../../toolchain/run.ts'
import { until } from '../sidecar/rig/until.ts'
import { topicPrograms } from './deployment.ts'
import type { Host } from './host.ts'
import { createManaged, type Managed } from './managed.ts'
import type { Manifest } from './manifests.ts'

/** A server of the run, with what it says of its own durability. */
export interface Server {
  readonly process: Managed
  readonly port: number
  readonly fsync: string
}

const environmentOf = ({ path, home }: Host): Record<string, string> => ({ PATH: path, HOME: home })

/** Redis' own client; `input` has a command on each line, in place of `args`. */
export const redisCli = (host: string, port: number, args: readonly string[], input?: string): Promise<string> =>
  run('redis-cli', ['-h', host, '-p', `${port}`, ...args], { timeout: 10_000, ...(input !== undefined && { input }) })

/** What a Redis says of its durability. */
export const redisFsync = async (redis: (args: readonly string[]) => Promise<string>): Promise<string> => {
  const policy = await Promise.all(['appendonly', 'appendfsync'].map((name) => redis(['config', 'get', name])))
  return policy.map((text) => text.replace('\n', ' ')).join(', ')
}

/** What properties of a Kafka say of its durability. */
export const kafkaFsync = (properties: string): string =>
  properties.split('\n').find((line) => line.startsWith('log.flush.interval.messages')) ?? 'log.flush.interval.messages is not set'

/** A real Redis that has every write on disk before it answers. */
export const startRedis = async (host: Host, folder: string, port: number): Promise<Server> => {
  await ensurePackages(['redis-server'], host.print)
  const cwd = join(folder, 'redis')
  await mkdir(cwd)
  const args = ['--port', `${port}`, '--bind', '127.0.0.1', '--dir', cwd, '--save', '', '--appendonly', 'yes', '--appendfsync', 'always']
  const process = createManaged({ name: 'redis', file: 'redis-server', args, cwd, env: environmentOf(host), logFile: join(folder, 'redis.log') })
  process.start()
  const ask = (words: readonly string[]): Promise<string> => redisCli('127.0.0.1', port, words)
  await until('Redis', 20, async () => (await ask(['ping'])) === 'PONG')
  return { process, port, fsync: await redisFsync(ask) }
}

/** The properties that infra gives Kafka in a cluster, on loopback. */
const localProperties = (port: number, controller: number, folder: string): string =>
  kafkaProperties(kafkaAddress('127.0.0.1'), folder)
    .replaceAll(/localhost:\d+/g, `127.0.0.1:${controller}`)
    .replaceAll(`CLIENT://:${clusterPort}`, `CLIENT://127.0.0.1:${port}`)
    .replaceAll(`127.0.0.1:${clusterPort}`, `127.0.0.1:${port}`)

export const javaArgs = (jars: string, memory: string, ...rest: readonly string[]): string[] => [`-Xmx${memory}`, '-XX:TieredStopAtLevel=1', '-cp', `${jars}/*`, ...rest]

export interface Kafka extends Server {
  readonly jars: string
}

const kafkaReady = (port: number, jars: string): Promise<string> =>
  run('java', javaArgs(jars, '128m', 'org.apache.kafka.tools.TopicCommand', '--bootstrap-server', `127.0.0.1:${port}`, '--list'), { timeout: 30_000 })

/** A real Kafka in KRaft mode, with the topics that infra's Job makes. */
export const startKafka = async (host: Host, folder: string, port: number, controller: number, manifests: readonly Manifest[]): Promise<Kafka> => {
  const jars = await ensureKafkaJars(host.print)
  await ensurePackages(['maven'], host.print) // brings Java
  const cwd = join(folder, 'kafka')
  await mkdir(cwd)
  const config = join(cwd, 'server.properties')
  const properties = localProperties(port, controller, cwd)
  await writeFile(config, properties)
  await run('java', javaArgs(jars, '128m', 'kafka.tools.StorageTool', 'format', '--ignore-formatted', '--cluster-id', 'ZGFwci1zdGFjay1rYWZrYQ', '--config', config), { cwd })
  const process = createManaged({ name: 'kafka', file: 'java', args: javaArgs(jars, '400m', 'kafka.Kafka', config), cwd, env: environmentOf(host), logFile: join(folder, 'kafka.log') })
  process.start()
  await until('Kafka', 60, async () => { await kafkaReady(port, jars); return true })
  for (const program of topicPrograms(manifests)) {
    const here = program.map((word, index) => (program[index - 1] === '--bootstrap-server' ? `127.0.0.1:${port}` : word))
    await run('java', javaArgs(jars, '128m', ...here), { cwd })
  }
  return { process, port, jars, fsync: kafkaFsync(properties) }
}
