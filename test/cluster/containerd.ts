import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { POD_RANGE } from './addresses.ts'
import { PAUSE_IMAGE } from './images.ts'
import type { Instance } from './instance.ts'
import { feedInside, runInside, startInside, type Namespaces } from './namespaces.ts'
import { until } from './until.ts'

export const CONTAINERD_SOCKET = '/run/containerd/containerd.sock'

const ctr = ['ctr', '--address', CONTAINERD_SOCKET, '--namespace', 'k8s.io'] as const

/** Starts containerd. Its images lie in the instance's folder and stay from one run to the next, its containers do not. */
export async function startContainerd(namespaces: Namespaces, instance: Instance): Promise<void> {
  const config = await writeConfig(instance)
  await startInside(namespaces, 'containerd', ['containerd', '--config', config])
  await until('containerd to answer', () => runInside(namespaces, [...ctr, 'version']).catch(() => false), { every: 100 })
}

async function writeConfig(instance: Instance): Promise<string> {
  const network = join(instance.runFolder, 'cni')
  await mkdir(network, { recursive: true })
  await writeFile(join(network, '10-bridge.conflist'), JSON.stringify(podNetwork, null, 2))
  const file = join(instance.runFolder, 'containerd.toml')
  await writeFile(file, containerdConfig(join(instance.folder, 'containerd'), network))
  return file
}

const podNetwork = {
  cniVersion: '0.4.0',
  name: 'pods',
  plugins: [
    {
      type: 'bridge', bridge: 'pods0', isGateway: true, ipMasq: true, hairpinMode: true,
      ipam: { type: 'host-local', ranges: [[{ subnet: POD_RANGE }]], routes: [{ dst: '0.0.0.0/0' }], dataDir: '/run/cni-addresses' },
    },
    { type: 'portmap', capabilities: { portMappings: true } },
  ],
}

// Without restrict_oom_score_adj runc fails ("can't get final child's PID from pipe") where root lacks CAP_SYS_RESOURCE.
const containerdConfig = (root: string, network: string): string => `version = 2
root = "${root}"
state = "/run/containerd"
[grpc]
  address = "${CONTAINERD_SOCKET}"
[plugins."io.containerd.grpc.v1.cri"]
  sandbox_image = "${PAUSE_IMAGE}"
  restrict_oom_score_adj = true
  [plugins."io.containerd.grpc.v1.cri".cni]
    bin_dir = "/usr/lib/cni"
    conf_dir = "${network}"
  [plugins."io.containerd.grpc.v1.cri".containerd.runtimes.runc]
    runtime_type = "io.containerd.runc.v2"
`

/** Gives the cluster the image in a docker-archive, under the reference written in it. */
export async function importImage(namespaces: Namespaces, archive: string): Promise<void> {
  await feedInside(namespaces, archive, [...ctr, 'images', 'import', '-'])
}

/** Gives an image that the cluster has a second reference. */
export async function tagImage(namespaces: Namespaces, from: string, to: string): Promise<void> {
  await runInside(namespaces, [...ctr, 'images', 'tag', '--force', from, to])
}

/** The references of the images that the cluster has. */
export async function listImages(namespaces: Namespaces): Promise<readonly string[]> {
  return (await runInside(namespaces, [...ctr, 'images', 'list', '--quiet'])).split('\n')
}

/** Sends a signal to the main process of a container, from outside of its namespaces: there it is PID 1, which only heeds those that it wants. */
export async function signalContainer(namespaces: Namespaces, id: string, signal: 'SIGKILL' | 'SIGSTOP' | 'SIGCONT'): Promise<void> {
  await runInside(namespaces, [...ctr, 'tasks', 'kill', '--signal', signal, id])
}
