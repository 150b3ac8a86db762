import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { DebianPackage } from '../../toolchain/packages.ts'
import { step, type Progress } from '../../toolchain/progress.ts'
import type { Tool } from '../../toolchain/tools.ts'
import { addressesOf } from './addresses.ts'
import { makeCgroups } from './cgroups.ts'
import { startContainerd } from './containerd.ts'
import { startControlPlane } from './control-plane.ts'
import { corednsManifest } from './coredns.ts'
import { installDapr } from './dapr.ts'
import { ensureBaseImages, ensureDaprImages, ensureNatsImage } from './images.ts'
import { namespacesOf, requireLiving, writeRecord, type Instance } from './instance.ts'
import { ensureKafkaImage } from './kafka-image.ts'
import { kubectl, type Kubectl } from './kubectl.ts'
import { claim, discard } from './lifetime.ts'
import { loadImages } from './loaded-images.ts'
import { mountFolders } from './mounts.ts'
import { connect } from './network.ts'
import { giveStorage, NODE, startNode } from './node.ts'
import { makePki } from './pki.ts'
import { startPolicies } from './policies/start.ts'
import { ensureRedisImage } from './redis-image.ts'
import { startVolumeOpener, storageManifest } from './storage.ts'

/** What `up` needs on the machine. */
export const PACKAGES = [
  'busybox-static', 'containerd', 'containernetworking-plugins', 'etcd-server', 'inotify-tools', 'iproute2', 'iptables', 'mmdebstrap',
  'nftables', 'openssl', 'runc', 'util-linux',
] as const satisfies readonly DebianPackage[]

export const TOOLS = [
  'kube-apiserver', 'kube-controller-manager', 'kube-scheduler', 'kubelet', 'kube-proxy', 'kubectl', 'helm',
] as const satisfies readonly Tool[]

export type Tools = Record<typeof TOOLS[number], string>

/** Starts a new Kubernetes with one node, DNS and storage; what is left of an earlier one goes first. */
export async function startKubernetes(instance: Instance, tools: Tools, progress: Progress): Promise<void> {
  const archives = await ensureBaseImages(progress)
  await discard(instance)
  await mkdir(instance.runFolder, { recursive: true })
  const record = await step(progress, 'namespaces', () => claim(instance))
  const namespaces = namespacesOf(instance, record)
  const addresses = addressesOf(record.index)
  const pki = makePki(join(instance.runFolder, 'pki'), NODE, addresses)
  await mountFolders(namespaces, instance)
  await Promise.all([connect(namespaces, addresses), makeCgroups(addresses.cgroup), startVolumeOpener(namespaces)])
  const parts = { namespaces, instance, addresses, pki: await pki, tools }
  const [api] = await Promise.all([
    step(progress, 'control plane', () => startControlPlane(parts)),
    step(progress, 'containerd and its images', () => startContainerd(namespaces, instance).then(() => loadImages(namespaces, instance, archives))),
  ])
  await step(progress, 'node', () => addNode(parts, api))
  await step(progress, 'network policies', () => startPolicies(namespaces, instance))
  await writeRecord(instance, { ...record, stage: 'kubernetes' })
}

async function addNode(parts: Parameters<typeof startNode>[0], api: Kubectl): Promise<void> {
  await startNode(parts)
  await giveStorage(api)
  await api.apply(`${corednsManifest()}---\n${storageManifest()}`)
  await api.rolledOut('kube-system', 'deployment/coredns')
}

/** The images of Dapr and of what its applications need, made first if they are not there. */
export const daprArchives = async (progress: Progress): Promise<readonly string[]> =>
  [...await ensureDaprImages(progress), await ensureRedisImage(progress), await ensureKafkaImage(progress), await ensureNatsImage(progress)]

/** Gives these images to a running Kubernetes. Those that it has cost nothing. */
export async function giveImages(instance: Instance, archives: readonly string[], progress: Progress): Promise<void> {
  const namespaces = namespacesOf(instance, await requireLiving(instance))
  await step(progress, 'images of Dapr, Redis, Kafka and NATS', () => loadImages(namespaces, instance, archives))
}

/** Adds Dapr to a running Kubernetes that has its images. */
export async function addDapr(instance: Instance, tools: Tools, progress: Progress): Promise<void> {
  const api = kubectl(tools.kubectl, instance.kubeconfig)
  await step(progress, 'Dapr', () => installDapr(api, tools.helm, join(instance.runFolder, 'pki')))
  await writeRecord(instance, { ...await requireLiving(instance), stage: 'dapr' })
}
