import { CheckFailed, type Criterion, type Deployed, ensure, once } from '../../cli/verify/index.ts'
import { externalImports, fetchingFiles } from './source-scan.ts'

const redisClients = /^(ioredis|redis|@redis\/.*|handy-redis|node-redis.*|iovalkey|@valkey\/.*)$/
const brokerClients = /^(kafkajs|node-rdkafka|kafka-node|@confluentinc\/.*|@platformatic\/kafka|amqplib|rhea|nats|@nats-io\/.*|mqtt)$/
const httpClients = /^(axios|got|node-fetch|superagent|ky|needle|request|phin|wretch|(node:)?https?|(node:)?http2|undici)$/

/** The Dapr binding is the one place that speaks HTTP to another process: to the sidecar on its own loopback. */
const binding = /(^|\/)service\/dapr\//

const packageOf = (module: string): string => (module.startsWith('node:') ? module : module.split('/').slice(0, module.startsWith('@') ? 2 : 1).join('/'))

// Runs in the image, which has no shell: lists its packages and what its own files import.
const listing = `
const { readdirSync, readFileSync, existsSync } = require('node:fs')
const names = (folder) => readdirSync(folder, { withFileTypes: true }).filter((e) => e.isDirectory() && !e.name.startsWith('.'))
  .flatMap((e) => e.name.startsWith('@') ? names(folder + '/' + e.name).map((n) => e.name + '/' + n) : [e.name])
const files = ['config', 'service'].filter((f) => existsSync(f)).flatMap((f) => readdirSync(f, { recursive: true }).map((n) => f + '/' + n)).filter((n) => n.endsWith('.js'))
const imports = files.flatMap((f) => [...readFileSync(f, 'utf8').matchAll(/(?:from|import)\\s*\\(?\\s*['"]([^'".][^'"]*)['"]/g)].map((m) => m[1]))
console.log(JSON.stringify({ packages: names('node_modules'), imports: [...new Set(imports)].sort(), top: readdirSync('.').sort() }))
`

interface Image {
  readonly packages: readonly string[]
  readonly imports: readonly string[]
  readonly top: readonly string[]
}

const imageOf = async ({ graph, cluster }: Deployed): Promise<Image> => {
  for (const { id } of graph.apps) {
    const pod = (await cluster.pods(id)).find(({ containers }) => containers.some((container) => container.name === id && container.state === 'running'))
    if (pod) return JSON.parse(await cluster.exec(pod.name, id, ['node', '-e', listing])) as Image
  }
  throw new CheckFailed('no app container runs, so the modules of its image cannot be listed')
}

/** What the sources import of the banned modules, as `FILE imports MODULE`. */
const importing = async (sources: readonly string[], banned: RegExp, passed?: RegExp): Promise<string[]> =>
  (await externalImports(sources))
    .filter(({ file, module }) => banned.test(packageOf(module)) && !passed?.test(file))
    .map(({ file, module }) => `${file} imports ${module}`)

/** The HTTP clients outside the Dapr binding, as `FILE imports MODULE` or `FILE calls fetch`. */
export const httpClientsIn = async (sources: readonly string[]): Promise<string[]> => {
  const fetching = (await fetchingFiles(sources)).filter((file) => !binding.test(file))
  return [...(await importing(sources, httpClients, binding)), ...fetching.map((file) => `${file} calls fetch`)]
}

const kept = (modules: readonly string[], banned: RegExp): string[] => modules.map(packageOf).filter((name) => banned.test(name))

const noImports = async ({ sources }: Deployed, image: () => Promise<Image>, what: string, banned: RegExp): Promise<string[]> => {
  const found = await importing(sources, banned)
  ensure(found.length === 0, `${found.join('; ')}: ${what}; go through the Dapr binding instead`)
  const { packages } = await image()
  const shipped = kept(packages, banned)
  ensure(shipped.length === 0, `the image holds ${shipped.join(', ')}: ${what}; take it out of the dependencies`)
  const imports = await externalImports(sources)
  return [`source imports: ${[...new Set(imports.map(({ module }) => module))].sort().join(' ')}`, `packages in the image: ${packages.join(' ')}`]
}

const noServiceCalls = async ({ sources }: Deployed, image: () => Promise<Image>): Promise<string[]> => {
  const found = await httpClientsIn(sources)
  ensure(found.length === 0, `${found.join('; ')}: an HTTP client outside the Dapr binding; invoke through it`)
  const { imports, top } = await image()
  return [`imports of the code in the image: ${imports.join(' ')}`, `the image's folder: ${top.join(' ')}`]
}

export const noDirectClients = (deployed: Deployed): Criterion => {
  const image = once(() => imageOf(deployed))
  return {
    id: 'SC-5',
    title: 'No Direct Clients',
    lines: [
      { title: 'No Redis client imports', check: () => noImports(deployed, image, 'a Redis client', redisClients) },
      { title: 'No Kafka client imports', check: () => noImports(deployed, image, 'a broker client', brokerClients) },
      { title: 'No HTTP clients for service calls', check: () => noServiceCalls(deployed, image) },
    ],
  }
}
