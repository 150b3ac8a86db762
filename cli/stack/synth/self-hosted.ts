import { stringify } from 'yaml'
import { z } from 'zod'

import { SecretStore } from '../../../infra/constructs/secret-store.ts'
import type { KubeObject } from '../../kube/port.ts'
import { type AppDescription, describeApp } from '../../local/app-plan.ts'
import { planJetStream } from '../../local/jetstream/plan.ts'
import type { Manifest } from '../../local/manifests.ts'
import { specWithoutCluster } from '../../local/name-resolution.ts'
import { sidecarFiles } from '../../local/plan.ts'
import type { Desired } from '../desired.ts'
import { StackError } from '../errors.ts'
import { neededSecrets } from '../up/secrets.ts'
import type { TargetFile } from './target.ts'

/** A stack outside of a cluster. */
export interface SelfHosted {
  readonly apps: readonly AppDescription[]
  /** What every sidecar reads: components, subscriptions, resiliency. */
  readonly resources: readonly Manifest[]
  /** The Configuration of each app, in the order of the apps. */
  readonly configurations: readonly Manifest[]
  readonly readsSecrets: boolean
  /** Whether an app schedules jobs. */
  readonly hasJobs: boolean
}

/** Folder of what every sidecar reads, in the folder of the target. */
export const resourcesFolder = 'resources'
export const secretsFile = 'secrets.json'
export const configurationPath = (app: string): string => `configurations/${app}.yaml`

const refuseSecrets = (objects: readonly KubeObject[]): void => {
  const names = [...new Set(neededSecrets(objects).map(({ secret }) => secret))]
  if (names.length > 0) throw new StackError('usage', `pods and components name the Secrets ${names.join(', ')}, which only a cluster has`, 'choose an --env whose servers ask for no password, and whose apps for no token')
}

const refuseForeignServers = (manifests: readonly Manifest[]): void => {
  const sets = manifests.filter(({ kind }) => kind === 'StatefulSet').map(({ metadata }) => metadata.name)
  const missing = planJetStream(manifests).map(({ name }) => name).filter((name) => !sets.includes(name))
  if (missing.length > 0) throw new StackError('usage', `server ${missing.join(', ')} is one that a local run starts itself`, 'choose an --env that brings its servers')
}

/** Sidecars outside of a cluster look at no namespace, and nothing selects by labels. */
const bare = ({ metadata: { name }, ...rest }: Manifest): Manifest => ({ ...rest, metadata: { name } })

const Component = z.looseObject({ spec: z.looseObject({ type: z.string() }) })
const clusterStore = SecretStore.kubernetes().type

const withSecretsIn = (file: string, resource: Manifest): Manifest => {
  const { data } = Component.safeParse(resource)
  if (data?.spec.type !== clusterStore) return resource
  const { type, version, metadata } = SecretStore.localFile({ file })
  return { ...resource, spec: { type, version, metadata } }
}

/**
 * Takes out of the manifests what runs outside of a cluster too; `secretsAt` is where sidecars find the file of secrets. Access control
 * and mTLS need a cluster and are left out. Pure.
 * @throws StackError when the manifests name Secrets, or a server that they do not bring
 */
export const selfHosted = ({ objects, graph }: Desired, secretsAt: string): SelfHosted => {
  refuseSecrets(objects)
  const manifests = objects.map((object): Manifest => ({ ...object, metadata: { ...object.metadata, namespace: object.metadata.namespace ?? 'default', annotations: object.metadata.annotations ?? {} } }))
  refuseForeignServers(manifests)
  const { resources, configurations } = sidecarFiles(manifests)
  const apps = manifests.filter(({ kind }) => kind === 'Deployment').map(describeApp)
  const configurationOf = ({ id, configuration }: AppDescription): Manifest => {
    const own = configurations.find(({ metadata }) => metadata.name === configuration)
    return { apiVersion: 'dapr.io/v1alpha1', kind: 'Configuration', metadata: { name: configuration ?? id }, spec: specWithoutCluster(own?.['spec']) }
  }
  return {
    apps,
    resources: resources.map((resource) => withSecretsIn(secretsAt, bare(resource))),
    configurations: apps.map(configurationOf),
    readsSecrets: resources.some((resource) => Component.safeParse(resource).data?.spec.type === clusterStore),
    hasJobs: graph.apps.some(({ jobs }) => jobs.length > 0),
  }
}

/** A document that readers of YAML 1.1 understand alike: to them an unquoted `yes` is no text. Pure. */
export const yamlText = (value: unknown): string => stringify(value, { version: '1.1', aliasDuplicateObjects: false })

const file = (path: string, object: Manifest): TargetFile => ({ path, text: yamlText(object), objects: [`${object.kind}/${object.metadata.name}`] })

/** The files that the sidecars read: one for each resource, for of a file with several a sidecar reads no Resiliency. Pure. */
export const sidecarFilesOf = ({ apps, resources, configurations }: SelfHosted): TargetFile[] => [
  ...resources.map((resource) => file(`${resourcesFolder}/${resource.kind.toLowerCase()}-${resource.metadata.name}.yaml`, resource)),
  ...configurations.map((configuration, index) => file(configurationPath(apps[index]?.id ?? ''), configuration)),
]
