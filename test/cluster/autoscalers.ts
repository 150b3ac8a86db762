import { join } from 'node:path'
import { parseAllDocuments, stringify } from 'yaml'
import { moduleSource } from '../../toolchain/modules.ts'
import { autoscalerImages } from './images.ts'
import type { Kubectl } from './kubectl.ts'

interface Container {
  readonly name: string
  readonly args: readonly string[]
}

interface Manifest {
  readonly kind: string
  readonly metadata: { readonly name: string; readonly namespace?: string }
}

interface Deployment extends Manifest {
  readonly spec: { readonly template: { readonly spec: { readonly containers: readonly Container[] } } }
}

const isDeployment = (manifest: Manifest): manifest is Deployment => manifest.kind === 'Deployment'

const imageOf: Readonly<Record<string, string>> = {
  'keda-operator': autoscalerImages.keda,
  'keda-metrics-apiserver': autoscalerImages['keda-metrics-apiserver'],
  'metrics-server': autoscalerImages['metrics-server'],
}

/** The kubelet of the test cluster has a certificate that it signed itself. */
const furtherArgs: Readonly<Record<string, readonly string[]>> = { 'metrics-server': ['--kubelet-insecure-tls'] }

/** With the image that the node has. */
const withImage = (manifest: Manifest): Manifest => {
  if (!isDeployment(manifest)) return manifest
  const { spec } = manifest
  const containers = spec.template.spec.containers.map((container) => ({
    ...container, image: imageOf[container.name], imagePullPolicy: 'IfNotPresent', args: [...container.args, ...(furtherArgs[container.name] ?? [])],
  }))
  return { ...manifest, spec: { ...spec, template: { ...spec.template, spec: { ...spec.template.spec, containers } } } } as Deployment
}

const render = async (api: Kubectl, folder: string): Promise<Manifest[]> =>
  parseAllDocuments(await api.run(['kustomize', folder])).map((document) => withImage(document.toJS() as Manifest))

/** What KEDA's own `config/default` has, without the webhooks that check ScaledObjects when they are made. */
const kedaParts = ['crd', 'general', 'rbac', 'service_account', 'manager', 'metrics-server'] as const

const apply = async (api: Kubectl, manifests: readonly Manifest[]): Promise<void> => {
  await api.apply(manifests.map((manifest) => stringify(manifest)).join('---\n'))
}

/** Installs the metrics server and KEDA as their projects do. Returns when the API server answers for both. */
export async function installAutoscalers(api: Kubectl): Promise<void> {
  const [keda, metricsServer] = await Promise.all([moduleSource('keda'), moduleSource('metrics-server')])
  const all = await Promise.all([join(metricsServer, 'manifests/base'), ...kedaParts.map((part) => join(keda, 'config', part))].map((folder) => render(api, folder)))
  const manifests = all.flat()
  const isFirst = ({ kind }: Manifest): boolean => kind === 'Namespace' || kind === 'CustomResourceDefinition'
  await apply(api, manifests.filter(isFirst))
  await apply(api, manifests.filter((manifest) => !isFirst(manifest)))
  await Promise.all(manifests.filter(isDeployment).map(({ metadata: { namespace = '', name } }) => api.rolledOut(namespace, `deployment/${name}`)))
  const services = manifests.filter(({ kind }) => kind === 'APIService').map(({ metadata }) => `apiservice/${metadata.name}`)
  await api.run(['wait', '--for=condition=Available', '--timeout=120s', ...services])
}
