import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

import { stringify } from 'yaml'
import { z } from 'zod'

import { localSpec } from '../../cli/local/name-resolution.ts'
import { kafkaAddress, redisAddress } from '../../infra/constructs/index.ts'
import { images } from '../../infra/images.ts'
import { environments } from '../../infra/tasks/environments.ts'
import { taskApp } from '../../infra/tasks/task-app.ts'

export type Broker = 'redis' | 'kafka'

/** A Kubernetes object, as synth makes it. */
const Manifest = z.looseObject({ apiVersion: z.string(), kind: z.string(), metadata: z.looseObject({ name: z.string() }) })
export type Manifest = z.infer<typeof Manifest>

const environmentOf = { redis: environments.dev, kafka: environments.kafka } as const

/** The objects of the environment that has this broker. */
export const synthesize = (broker: Broker): Manifest[] =>
  taskApp({ environment: environmentOf[broker], namespace: 'default', image: images.app }).charts.flatMap((chart) => z.array(Manifest).parse(chart.toJson()))

/** Where the servers of the environment listen on this machine. */
export interface Addresses {
  readonly redisPort: number
  /** Default: there is no Kafka. */
  readonly kafkaPort?: number
  readonly secretsFile: string
  readonly names: string
}

/** The addresses that the environment's manifests have, with those that take their place. */
const replacements = (broker: Broker, { redisPort, kafkaPort = 0 }: Addresses): ReadonlyMap<string, string> =>
  new Map(
    environmentOf[broker].servers.map(({ kind, name }) =>
      kind === 'redis' ? [redisAddress(name), `127.0.0.1:${redisPort}`] : [kafkaAddress(name), `127.0.0.1:${kafkaPort}`],
    ),
  )

const Component = z.looseObject({
  spec: z.looseObject({ type: z.string(), metadata: z.array(z.looseObject({ name: z.string(), value: z.string().optional() })).default([]) }),
})

/** A component at its address here; a machine without a cluster has its secrets in a file. */
const localComponent = (manifest: Manifest, addresses: ReadonlyMap<string, string>, secretsFile: string, overrides: Overrides): Manifest => {
  const { spec } = Component.parse(manifest)
  if (spec.type === 'secretstores.kubernetes') {
    return { ...manifest, spec: { type: 'secretstores.local.file', version: 'v1', metadata: [{ name: 'secretsFile', value: secretsFile }] } }
  }
  const kept = spec.metadata.filter(({ name }) => overrides[spec.type]?.[name] === undefined)
  const added = Object.entries(overrides[spec.type] ?? {}).map(([name, value]) => ({ name, value }))
  const metadata = [...kept.map((item) => ({ ...item, ...(item.value !== undefined && { value: addresses.get(item.value) ?? item.value }) })), ...added]
  return { ...manifest, spec: { ...spec, metadata } }
}

/** Metadata by type of component, in place of what infra says; for a run that has no time to wait for a cluster's time-outs. */
export type Overrides = Readonly<Record<string, Readonly<Record<string, string>>>>

/** The Configuration with the names of this run, and without what it cannot have. */
const localConfiguration = (manifest: Manifest, names: string): Manifest => ({ ...manifest, spec: localSpec(manifest['spec'], names) })

export const configurationFile = (folder: string, app: string): string => join(folder, `configuration-${app}.yaml`)

/** Writes what the sidecars read, and gives the folder for `--resources-path`. */
export const writeResources = async (folder: string, broker: Broker, manifests: readonly Manifest[], addresses: Addresses, overrides: Overrides = {}): Promise<string> => {
  const resources = join(folder, 'resources')
  await mkdir(resources, { recursive: true })
  const replaced = replacements(broker, addresses)
  const ofKind = (kind: string): Manifest[] => manifests.filter((manifest) => manifest.kind === kind && manifest.apiVersion.startsWith('dapr.io/'))
  const components = ofKind('Component').map((manifest) => localComponent(manifest, replaced, addresses.secretsFile, overrides))
  const all = [...components, ...ofKind('Subscription'), ...ofKind('Resiliency')]
  // A file for each: daprd looks for a Resiliency in the first document of a file only (dapr 1.18.2, loadLocalResiliencyPath).
  await Promise.all(all.map((manifest) => writeFile(join(resources, `${manifest.kind}-${manifest.metadata.name}.yaml`.toLowerCase()), stringify(manifest))))
  for (const manifest of ofKind('Configuration')) {
    await writeFile(configurationFile(folder, manifest.metadata.name), stringify(localConfiguration(manifest, addresses.names)))
  }
  return resources
}
