import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { parse, stringify } from 'yaml'

import type { KubeObject } from '../../cli/kube/port.ts'
import { nameResolution } from '../../cli/local/name-resolution.ts'
import { desiredOf } from '../../cli/stack/desired.ts'
import { sidecarName } from '../../cli/stack/synth/compose/apps.ts'
import { composeFile, composeFiles } from '../../cli/stack/synth/compose/compose.ts'
import { runFiles } from '../../cli/stack/synth/dapr-run/run-file.ts'
import { writeTarget } from '../../cli/stack/synth/write.ts'
import { graphOf } from '../../config/define/index.ts'
import { stack } from '../../config/tasks/index.ts'
import { environments } from '../../infra/tasks/environments.ts'
import { ensureTool } from '../../toolchain/tools.ts'
import { taskObjects } from '../infra/task-objects.ts'
import { ask } from './rig/ask.ts'
import { startChild } from './rig/child.ts'
import { type Daprd, startDaprd } from './rig/daprd.ts'
import { freePorts } from './rig/free-ports.ts'
import { type Redis, startRedis } from './rig/redis.ts'
import { until } from './rig/until.ts'

const graph = graphOf(stack)
const wanted = desiredOf(taskObjects({ environment: environments.dev }).map((object): KubeObject => ({ ...object, metadata: { ...object.metadata } })))
/** The app that uses most: all kinds of components. */
const app = graph.apps.toSorted((a, b) => b.components.length - a.components.length)[0] ?? { id: '', port: 0, components: [] }
const secret = graph.secrets.find((edge) => edge.app === app.id)

let root = ''
let redis: Redis
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'dapr-stack-targets-'))
  redis = await startRedis(root)
}, 60_000)
afterAll(async () => {
  await redis.process.stop()
  await rm(root, { recursive: true })
})

const changeEach = async (folder: string, change: (text: string) => string): Promise<void> => {
  for (const name of await readdir(folder)) await writeFile(join(folder, name), change(await readFile(join(folder, name), 'utf8')))
}

/** Writes a target as `stack synth` does. Changed is where Redis and the secrets are, and that the network is not asked for names. */
const written = async (name: 'compose' | 'dapr-run'): Promise<{ folder: string; config: string }> => {
  const folder = join(root, name)
  await writeTarget(folder, name === 'compose' ? composeFiles(wanted, root, name) : runFiles(wanted, root, name))
  await writeFile(join(folder, 'secrets.json'), JSON.stringify({ [secret?.secret ?? '']: { token: 'from the file' } }))
  await changeEach(join(folder, 'resources'), (text) => text.replaceAll(/(redis-master|localhost):6379/g, `127.0.0.1:${redis.port}`).replace(' /secrets.json', ` ${folder}/secrets.json`))
  const config = join(folder, `configurations/${app.id}.yaml`)
  const configuration = parse(await readFile(config, 'utf8')) as { spec: object }
  await writeFile(config, stringify({ ...configuration, spec: { ...configuration.spec, nameResolution: nameResolution(join(root, `${name}.db`)) } }))
  return { folder, config }
}

/** The flags that the compose file gives the sidecar; the scheduler, whose address only a network of containers knows, is left out. */
const composeFlags = async (folder: string): Promise<Record<string, string>> => {
  const { services } = parse(await readFile(join(folder, composeFile), 'utf8')) as { services: Readonly<Record<string, { command: string[] }>> }
  const flags = (services[sidecarName(app.id)]?.command ?? []).flatMap((flag) => [...flag.matchAll(/^--([\w-]+)=(.*)$/g)].map(([, name = '', value = '']): [string, string] => [name, value]))
  return Object.fromEntries(flags.filter(([name]) => name !== 'scheduler-host-address'))
}

describe.each(['compose', 'dapr-run'] as const)('what synth writes for %s', (name) => {
  let sidecar: Daprd
  beforeAll(async () => {
    const { folder, config } = await written(name)
    const [appPort = 0] = await freePorts(1)
    const resources = join(folder, 'resources')
    const flags = name === 'compose' ? { ...(await composeFlags(folder)), 'app-port': appPort, 'resources-path': resources } : {}
    sidecar = await startDaprd({ app: app.id, appPort, cwd: root, resources, flags: { ...flags, config } })
  }, 60_000)
  afterAll(() => sidecar.process.stop())
  const call = (path: string, body?: unknown) => ask(`http://127.0.0.1:${sidecar.httpPort}/v1.0/${path}`, body === undefined ? {} : { method: 'POST', body })

  test('is loaded by a real sidecar: all components and subscriptions of its app', async () => {
    const declared = graph.subscriptions.filter((edge) => edge.app === app.id).flatMap(({ topic, deadLetterTopic }) => [topic, deadLetterTopic])
    await until('metadata', 10, async () => {
      const { components, subscriptions } = (await call('metadata')).body as { components: { name: string }[]; subscriptions: { topic: string }[] }
      expect(components.map((one) => one.name).sort()).toEqual([...app.components].sort())
      expect(subscriptions.map(({ topic }) => topic).sort()).toEqual([...declared].sort())
      return true
    })
  })

  test('gives the app its state, its topics and its secrets, and no other topic', async () => {
    const [store, broker] = (['state', 'pubsub'] as const).map((kind) => graph.components.find(({ kind: of, users }) => of === kind && users.includes(app.id))?.name ?? '')
    expect((await call(`state/${store}`, [{ key: 'a', value: 1 }])).status).toBe(204)
    expect((await call(`state/${store}/a`)).body).toBe(1)
    const topic = graph.topics.find(({ publishers }) => publishers.includes(app.id))?.name ?? ''
    expect((await call(`publish/${broker}/${topic}`, {})).status).toBe(204)
    expect((await call(`publish/${broker}/no-such-topic`, {})).status).toBe(403)
    expect((await call(`secrets/${secret?.store}/${secret?.secret}`)).body).toEqual({ token: 'from the file' })
  })
})

test('fails to be loaded where a component is broken', async () => {
  const { folder, config } = await written('compose')
  const resources = join(folder, 'resources')
  await changeEach(resources, (text) => text.replace('type: state.redis', 'type: state.nonsense'))
  const [http, grpc, internal, metrics] = await freePorts(4)
  const ports = { 'dapr-http-port': http, 'dapr-grpc-port': grpc, 'dapr-internal-grpc-port': internal, 'metrics-port': metrics, 'dapr-listen-addresses': '127.0.0.1', 'dapr-internal-grpc-listen-address': '127.0.0.1', 'metrics-listen-address': '127.0.0.1' }
  const flags = { ...(await composeFlags(folder)), ...ports, 'resources-path': resources, config }
  const daprd = startChild(await ensureTool('daprd', () => undefined), Object.entries(flags).map(([name, value]) => `--${name}=${value}`), { cwd: root, env: { DAPR_HOST_IP: '127.0.0.1' } })
  expect(await daprd.exit()).not.toBe(0)
  expect(daprd.lines.join('\n')).toMatch(/state\.nonsense/)
}, 60_000)
