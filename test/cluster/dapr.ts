import { join } from 'node:path'
import { parseAllDocuments, stringify } from 'yaml'
import { daprCustomResources } from '../../toolchain/imports/bindings.ts'
import { moduleSource } from '../../toolchain/modules.ts'
import { run } from '../../toolchain/run.ts'
import { versions } from '../../toolchain/versions.ts'
import type { Kubectl } from './kubectl.ts'
import { makeCa } from './pki.ts'
import { until } from './until.ts'

const NAMESPACE = 'dapr-system'

interface Manifest {
  readonly kind: string
  readonly metadata: { readonly name: string }
}

interface Scheduler extends Manifest {
  readonly spec: { replicas: number; readonly template: { readonly spec: { readonly containers: readonly { readonly args: string[] }[] } } }
}

/** Installs Dapr from its own chart, without actors and with one scheduler. Returns when sidecars are injected. */
export async function installDapr(api: Kubectl, helm: string, folder: string): Promise<void> {
  await api.apply(stringify({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: NAMESPACE } }))
  await api.apply(await daprCustomResources())
  await api.run(['wait', '--for=condition=Established', '--timeout=60s', 'crd', '--selector=app.kubernetes.io/part-of=dapr'])
  const manifests = (await render(helm, folder)).map((manifest) => isScheduler(manifest) ? oneReplica(manifest) : manifest)
  // Sentry and the operator crash, and are held back for up to a minute, if they start before the Configuration exists.
  for (const part of [manifests.filter(isConfiguration), manifests.filter((manifest) => !isConfiguration(manifest))]) {
    await api.apply(part.map((manifest) => stringify(manifest)).join('---\n'))
  }
  const workloads = manifests.filter(({ kind }) => kind === 'Deployment' || kind === 'StatefulSet')
  await Promise.all(workloads.map(({ kind, metadata }) => api.rolledOut(NAMESPACE, `${kind}/${metadata.name}`)))
  await until('Dapr to inject a sidecar', () => injects(api), { every: 250 })
}

async function render(helm: string, folder: string): Promise<readonly Manifest[]> {
  const root = await makeCa(folder, 'dapr-root', '/O=dapr.io/CN=cluster.local')
  const issuer = await makeCa(folder, 'dapr-issuer', '/O=dapr.io/CN=cluster.local', root)
  const values = {
    'global.tag': versions.dapr,
    'global.imagePullPolicy': 'IfNotPresent',
    'global.actors.enabled': 'false',
    'dapr_scheduler.cluster.inMemoryStorage': 'true',
    'dapr_sidecar_injector.sidecarDropALLCapabilities': 'true',
  }
  const files = {
    'dapr_sentry.tls.root.certPEM': root.cert,
    'dapr_sentry.tls.issuer.certPEM': issuer.cert,
    'dapr_sentry.tls.issuer.keyPEM': issuer.key,
  }
  const flags = (name: string, pairs: Readonly<Record<string, string>>): readonly string[] =>
    Object.entries(pairs).flatMap(([key, value]) => [name, `${key}=${value}`])
  const chart = join(await moduleSource('dapr'), 'charts/dapr')
  const text = await run(helm, ['template', 'dapr', chart, '--namespace', NAMESPACE, ...flags('--set', values), ...flags('--set-file', files)])
  return parseAllDocuments(text).map((document) => document.toJS() as Manifest | null).filter((manifest) => manifest !== null)
}

const isConfiguration = ({ kind }: Manifest): boolean => kind === 'Configuration'
const isScheduler = (manifest: Manifest): manifest is Scheduler => manifest.kind === 'StatefulSet' && manifest.metadata.name === 'dapr-scheduler-server'

/** The chart is fixed to three schedulers, whatever its values; one is enough here. */
export function oneReplica(scheduler: Scheduler): Scheduler {
  const copy = structuredClone(scheduler)
  copy.spec.replicas = 1
  for (const { args } of copy.spec.template.spec.containers) {
    const members = args.indexOf('--etcd-initial-cluster') + 1
    if (members === 0) throw new Error('the scheduler of this Dapr version has no --etcd-initial-cluster: see its chart')
    args[members] = args[members]?.split(',')[0] ?? ''
  }
  return copy
}

const probe = stringify({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name: 'injection-probe', namespace: 'default', annotations: { 'dapr.io/enabled': 'true', 'dapr.io/app-id': 'injection-probe' } },
  spec: { containers: [{ name: 'probe', image: 'probe' }] },
})

// The webhook lets pods through without a sidecar until it is ready, so only the answer to a (dry) request proves it.
const injects = (api: Kubectl): Promise<boolean> =>
  api.run(['create', '--dry-run=server', '--output=json', '-f', '-'], probe).then((pod) => pod.includes('"daprd"'), () => false)
