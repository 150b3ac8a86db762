import { join } from 'node:path'
import { API_PORT, SERVICE_RANGE, type Addresses } from './addresses.ts'
import type { Instance } from './instance.ts'
import { writeKubeconfig } from './kubeconfig.ts'
import { kubectl, type Kubectl } from './kubectl.ts'
import { startInside, type Namespaces } from './namespaces.ts'
import { FRONT_PROXY, type Pki } from './pki.ts'
import { until } from './until.ts'

export type ControlPlaneTool = 'kube-apiserver' | 'kube-controller-manager' | 'kube-scheduler' | 'kubectl'

interface Parts {
  readonly namespaces: Namespaces
  readonly instance: Instance
  readonly addresses: Addresses
  readonly pki: Pki
  readonly tools: Record<ControlPlaneTool, string>
}

/** Starts etcd, the API server, the controller manager and the scheduler. Returns when the API server is ready. */
export async function startControlPlane(parts: Parts): Promise<Kubectl> {
  const { namespaces, instance, addresses, pki, tools } = parts
  await startInside(namespaces, 'etcd', etcd(instance))
  await startInside(namespaces, 'kube-apiserver', [tools['kube-apiserver'], ...apiServer(addresses, pki), ...aggregation(pki)])
  await writeKubeconfig(instance.kubeconfig, addresses.server, pki.ca, pki.clients.admin)
  const api = kubectl(tools.kubectl, instance.kubeconfig)
  await until('the API server to be ready', () => api.answers(['get', '--raw', '/readyz']), { timeout: 60_000, every: 100 })
  await startController(parts, 'controller-manager', controllerManager(pki))
  await startController(parts, 'scheduler', [])
  return api
}

const etcd = ({ runFolder }: Instance): readonly string[] => [
  'etcd', '--data-dir', join(runFolder, 'etcd'), '--unsafe-no-fsync', '--log-level', 'warn', '--logger', 'zap',
  '--listen-client-urls', 'http://127.0.0.1:2379', '--advertise-client-urls', 'http://127.0.0.1:2379', '--listen-peer-urls', 'http://127.0.0.1:2380',
]

/** For servers that add to the API: metrics that autoscalers go by. */
const aggregation = ({ frontProxyCa, frontProxy }: Pki): readonly string[] => [
  `--requestheader-client-ca-file=${frontProxyCa.cert}`, `--requestheader-allowed-names=${FRONT_PROXY}`,
  '--requestheader-username-headers=X-Remote-User', '--requestheader-group-headers=X-Remote-Group', '--requestheader-extra-headers-prefix=X-Remote-Extra-',
  `--proxy-client-cert-file=${frontProxy.cert}`, `--proxy-client-key-file=${frontProxy.key}`,
]

const apiServer = ({ nodeAddress }: Addresses, { ca, server, serviceAccounts, clients }: Pki): readonly string[] => [
  '--etcd-servers=http://127.0.0.1:2379', `--advertise-address=${nodeAddress}`, `--secure-port=${API_PORT}`,
  `--service-cluster-ip-range=${SERVICE_RANGE}`, `--client-ca-file=${ca.cert}`,
  `--tls-cert-file=${server.cert}`, `--tls-private-key-file=${server.key}`,
  // The admin's certificate lets logs, exec and port-forward through at the kubelet, by the node's address: nothing resolves its name.
  `--kubelet-client-certificate=${clients.admin.cert}`, `--kubelet-client-key=${clients.admin.key}`, '--kubelet-preferred-address-types=InternalIP',
  '--service-account-issuer=https://kubernetes.default.svc.cluster.local',
  `--service-account-key-file=${serviceAccounts.cert}`, `--service-account-signing-key-file=${serviceAccounts.key}`,
  '--authorization-mode=Node,RBAC', '--enable-admission-plugins=NodeRestriction', '--allow-privileged=true',
]

const controllerManager = ({ ca, serviceAccounts }: Pki): readonly string[] => [
  `--root-ca-file=${ca.cert}`, `--service-account-private-key-file=${serviceAccounts.key}`, '--use-service-account-credentials=true',
  '--enable-hostpath-provisioner=true',
]

type Controller = 'controller-manager' | 'scheduler'

async function startController(parts: Parts, name: Controller, args: readonly string[]): Promise<void> {
  const { namespaces, instance, addresses, pki, tools } = parts
  const kubeconfig = await writeKubeconfig(join(instance.runFolder, `${name}.kubeconfig`), addresses.server, pki.ca, pki.clients[name])
  const identity = ['kubeconfig', 'authentication-kubeconfig', 'authorization-kubeconfig'].map((flag) => `--${flag}=${kubeconfig}`)
  const alone = ['--leader-elect=false', '--kube-api-qps=100', '--kube-api-burst=200']
  await startInside(namespaces, `kube-${name}`, [tools[`kube-${name}`], ...identity, ...alone, ...args])
}
