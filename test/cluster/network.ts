import { run, succeeds } from '../../toolchain/run.ts'
import { SERVICE_RANGE, type Addresses } from './addresses.ts'
import { runInside, type Namespaces } from './namespaces.ts'

/** Whether the machine's end of an instance's link is there. */
export const linkExists = ({ hostLink }: Addresses): Promise<boolean> => succeeds('ip', ['link', 'show', 'dev', hostLink])

/** Whether any instance has a link, also one of another user's cache. */
export const anyLinkExists = async (): Promise<boolean> => / dstack\d+h@/.test(await run('ip', ['-oneline', 'link']))

/** Joins the machine and the node by a link of their own; the machine gets a route to the node and to nothing else. */
export async function connect(namespaces: Namespaces, { hostLink, hostAddress, nodeLink, nodeAddress }: Addresses): Promise<void> {
  await run('ip', ['link', 'add', hostLink, 'type', 'veth', 'peer', 'name', nodeLink, 'netns', `${namespaces.init.pid}`])
  await run('ip', ['address', 'add', `${hostAddress}/30`, 'dev', hostLink])
  await run('ip', ['link', 'set', hostLink, 'up'])
  const inside = [
    ['ip', 'link', 'set', 'lo', 'up'],
    ['ip', 'address', 'add', `${nodeAddress}/30`, 'dev', nodeLink],
    ['ip', 'link', 'set', nodeLink, 'up'],
    // The API server calls webhooks at Service addresses. kube-proxy rewrites these, but only packets that have a route.
    ['ip', 'route', 'add', SERVICE_RANGE, 'dev', 'lo', 'src', nodeAddress],
    // What kube-proxy does not rewrite yet is refused at once. Else a caller that is too early waits for its whole time-out.
    ...['OUTPUT', 'FORWARD'].map((chain) => ['iptables', '--append', chain, '--destination', SERVICE_RANGE, '--jump', 'REJECT']),
    ['busybox', 'sysctl', '-w', 'net.ipv4.ip_forward=1', 'net.bridge.bridge-nf-call-iptables=1'],
  ]
  for (const command of inside) await runInside(namespaces, command)
}
