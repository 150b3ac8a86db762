import type { AnyObject, StackCluster } from '../../cli/kube/index.ts'

/** A NetworkPolicy that opens a port of an app's pods beside what the stack's own open. `from` is an app. @default - to everybody */
export const opening = (namespace: string, app: string, port: number, from?: string): AnyObject => ({
  apiVersion: 'networking.k8s.io/v1',
  kind: 'NetworkPolicy',
  metadata: { name: `open-${app}-${port}${from === undefined ? '' : `-to-${from}`}`, namespace },
  spec: {
    podSelector: { matchLabels: { app } },
    policyTypes: ['Ingress'],
    ingress: [{ ...(from !== undefined && { from: [{ podSelector: { matchLabels: { app: from } } }] }), ports: [{ protocol: 'TCP', port }] }],
  },
})

/** An attempt to connect from a container to a host, which may be an address or a Service. */
export interface Attempt {
  readonly pod: string
  readonly container: string
  readonly host: string
  readonly port: number
}

const program = `
const [host, port] = process.argv.slice(1)
const say = (what) => { console.log(what); process.exit() }
const socket = require('node:net').connect(Number(port), host)
socket.setTimeout(2000)
socket.on('connect', () => say('open')).on('timeout', () => say('closed')).on('error', ({ code }) => say(code))`

/** Engines drop what is not allowed, or refuse it. */
const closed = ['closed', 'ECONNREFUSED', 'EHOSTUNREACH', 'ETIMEDOUT']

/** Whether a container, which has Node, connects to a port. Throws when the host has no name, or something else is in the way. */
export const connects = async (cluster: StackCluster, { pod, container, host, port }: Attempt): Promise<boolean> => {
  const said = (await cluster.exec(pod, container, ['node', '-e', program, host, String(port)])).trim()
  if (said === 'open') return true
  if (closed.includes(said)) return false
  throw new Error(`${container} of ${pod} got ${said} from ${host}:${port}`)
}
