import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { stringify } from 'yaml'
import { DNS_SERVICE_ADDRESS, POD_RANGE, type Addresses } from './addresses.ts'
import { CONTAINERD_SOCKET } from './containerd.ts'
import type { Instance } from './instance.ts'
import { writeKubeconfig } from './kubeconfig.ts'
import type { Kubectl } from './kubectl.ts'
import { startInside, type Namespaces } from './namespaces.ts'
import type { Pki } from './pki.ts'
import { until } from './until.ts'

/** The one node's name. */
export const NODE = 'dapr-stack'

interface Parts {
  readonly namespaces: Namespaces
  readonly instance: Instance
  readonly addresses: Addresses
  readonly pki: Pki
  readonly tools: Record<'kubelet' | 'kube-proxy', string>
}

/** Starts the kubelet and kube-proxy; the node becomes Ready some seconds later. */
export async function startNode({ namespaces, instance, addresses, pki, tools }: Parts): Promise<void> {
  const inRun = (name: string): string => join(instance.runFolder, name)
  const kubeconfig = (client: 'kubelet' | 'proxy'): Promise<string> =>
    writeKubeconfig(inRun(`${client}.kubeconfig`), addresses.server, pki.ca, pki.clients[client])
  await writeFile(inRun('resolv.conf'), '')
  await writeFile(inRun('kubelet.yaml'), stringify(kubeletConfig(addresses, pki, inRun('resolv.conf'))))
  await writeFile(inRun('proxy.yaml'), stringify(proxyConfig(await kubeconfig('proxy'))))
  await startInside(namespaces, 'kubelet', [
    tools.kubelet, '--config', inRun('kubelet.yaml'), '--kubeconfig', await kubeconfig('kubelet'), '--root-dir', '/var/lib/kubelet',
    '--hostname-override', NODE, '--node-ip', addresses.nodeAddress,
  ])
  await startInside(namespaces, 'kube-proxy', [tools['kube-proxy'], '--config', inRun('proxy.yaml'), '--hostname-override', NODE])
}

const storage = { 'ephemeral-storage': '100Gi' }

/** Lets pods ask for storage of the node. A kubelet that does not watch it tells of none, and keeps what it is told. */
export async function giveStorage(api: Kubectl): Promise<void> {
  await until('the node to register', () => api.answers(['get', 'node', NODE]))
  await api.run(['patch', 'node', NODE, '--subresource=status', '--type=merge', '--patch', JSON.stringify({ status: { capacity: storage, allocatable: storage } })])
}

const kubeletConfig = ({ cgroup }: Addresses, { ca }: Pki, resolvConf: string) => ({
  apiVersion: 'kubelet.config.k8s.io/v1beta1',
  kind: 'KubeletConfiguration',
  authentication: { anonymous: { enabled: false }, webhook: { enabled: true }, x509: { clientCAFile: ca.cert } },
  authorization: { mode: 'Webhook' },
  containerRuntimeEndpoint: `unix://${CONTAINERD_SOCKET}`,
  cgroupDriver: 'cgroupfs',
  cgroupRoot: `/${cgroup}`,
  failCgroupV1: false,
  enforceNodeAllocatable: [],
  failSwapOn: false,
  oomScoreAdj: 0,
  clusterDNS: [DNS_SERVICE_ADDRESS],
  clusterDomain: 'cluster.local',
  resolvConf,
  // At the default of one minute Secrets and ConfigMaps that appear late hold Dapr up for as long.
  syncFrequency: '5s',
  localStorageCapacityIsolation: false,
  // Whether the machine's disk is nearly full is not the cluster's business: it must not drop images or pods for it.
  imageGCHighThresholdPercent: 100,
  evictionHard: { 'imagefs.available': '0%', 'nodefs.available': '0%', 'nodefs.inodesFree': '0%' },
  kubeAPIQPS: 100,
  kubeAPIBurst: 200,
})

const proxyConfig = (kubeconfig: string) => ({
  apiVersion: 'kubeproxy.config.k8s.io/v1alpha1',
  kind: 'KubeProxyConfiguration',
  clientConnection: { kubeconfig },
  mode: 'iptables',
  clusterCIDR: POD_RANGE,
  oomScoreAdj: 0,
  // The size of the connection table belongs to the whole machine.
  conntrack: { maxPerCore: 0, min: 0 },
})
