import type { StackCluster } from '../../../cli/kube/index.ts'
import { containerSecurity, podSecurity } from '../../../infra/constructs/security.ts'
import { untilReady } from '../deployment.ts'

/** Where a server finds its files. */
export const filesPath = '/etc/server'

/** A server that plays a part of the reader's infrastructure: a pod and a Service of one name. */
export interface ServerPod {
  readonly name: string
  readonly image: string
  readonly port: number
  readonly command: readonly string[]
  /** What runs before the server, with the same files and data. @default - nothing */
  readonly init?: readonly string[]
  /** Contents of the folder `filesPath`, by file name; some are secret. */
  readonly files: Readonly<Record<string, string>>
}

const containerOf = (name: string, image: string, command: readonly string[]) => ({
  name,
  image,
  imagePullPolicy: 'IfNotPresent',
  command,
  resources: { requests: { cpu: '50m' } },
  securityContext: containerSecurity,
  volumeMounts: [
    { name: 'files', mountPath: filesPath },
    { name: 'data', mountPath: '/data' },
    { name: 'tmp', mountPath: '/tmp' },
  ],
})

const podOf = ({ name, image, port, command, init }: ServerPod) => ({
  automountServiceAccountToken: false,
  enableServiceLinks: false,
  securityContext: { ...podSecurity, fsGroup: podSecurity.runAsGroup },
  initContainers: init === undefined ? [] : [containerOf('init', image, init)],
  containers: [{ ...containerOf(name, image, command), readinessProbe: { tcpSocket: { port }, periodSeconds: 1 } }],
  volumes: [
    { name: 'files', secret: { secretName: name } },
    { name: 'data', emptyDir: {} },
    { name: 'tmp', emptyDir: {} },
  ],
})

/** Starts the server and waits until its port is open. */
export const startServer = async (cluster: StackCluster, server: ServerPod): Promise<void> => {
  const { name, port, files } = server
  const metadata = { name, namespace: cluster.namespace, labels: { app: name } }
  const secret = { apiVersion: 'v1', kind: 'Secret', metadata, stringData: files }
  const service = { apiVersion: 'v1', kind: 'Service', metadata, spec: { selector: { app: name }, ports: [{ port }] } }
  const pod = { apiVersion: 'v1', kind: 'Pod', metadata, spec: podOf(server) }
  for (const object of [secret, service, pod]) await cluster.objects.apply(object)
  await untilReady(cluster, { [name]: 1 })
}
