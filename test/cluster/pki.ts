import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { run } from '../../toolchain/run.ts'
import { API_SERVICE_ADDRESS, type Addresses } from './addresses.ts'

/** A certificate and its private key, as paths of PEM files. */
export interface Pair {
  readonly cert: string
  readonly key: string
}

interface Request {
  readonly name: string
  /** In openssl's form, e.g. `/O=system:masters/CN=admin`. */
  readonly subject: string
  readonly extensions: readonly string[]
  /** Who signs. Default - itself. */
  readonly ca?: Pair
}

const CA_EXTENSIONS = ['basicConstraints=critical,CA:TRUE', 'keyUsage=critical,keyCertSign,cRLSign,digitalSignature', 'subjectKeyIdentifier=hash']
const LEAF_EXTENSIONS = ['basicConstraints=critical,CA:FALSE', 'keyUsage=critical,digitalSignature', 'extendedKeyUsage=serverAuth,clientAuth']

/** Everyone who talks to the API server, by the subject that Kubernetes' own RBAC rules expect. */
const clients = (node: string) => ({
  admin: '/O=system:masters/CN=admin',
  'controller-manager': '/CN=system:kube-controller-manager',
  scheduler: '/CN=system:kube-scheduler',
  proxy: '/CN=system:kube-proxy',
  kubelet: `/O=system:nodes/CN=system:node:${node}`,
})

export type Client = keyof ReturnType<typeof clients>

export interface Pki {
  readonly ca: Pair
  readonly server: Pair
  /** Signs service-account tokens. */
  readonly serviceAccounts: Pair
  readonly clients: Record<Client, Pair>
  /** Signs as whom the API server asks servers that add to its API, for whomever it asks. */
  readonly frontProxyCa: Pair
  readonly frontProxy: Pair
}

/** As what the API server asks such servers. */
export const FRONT_PROXY = 'front-proxy-client'

/** Makes all keys and certificates of a cluster in `folder`; they are new for each run. */
export async function makePki(folder: string, node: string, { nodeAddress }: Addresses): Promise<Pki> {
  const [ca, frontProxyCa] = await Promise.all([makeCa(folder, 'ca', '/CN=dapr-stack test cluster'), makeCa(folder, 'front-proxy-ca', '/CN=front-proxy')])
  const names = ['kubernetes', 'kubernetes.default', 'kubernetes.default.svc', 'kubernetes.default.svc.cluster.local', 'localhost']
  const hosts = [...names.map((name) => `DNS:${name}`), ...['127.0.0.1', API_SERVICE_ADDRESS, nodeAddress].map((address) => `IP:${address}`)]
  const leaf = (name: string, subject: string, extra: readonly string[] = []): Promise<Pair> =>
    issue(folder, { name, subject, ca, extensions: [...LEAF_EXTENSIONS, ...extra] })
  const [frontProxy, server, serviceAccounts, ...pairs] = await Promise.all([
    issue(folder, { name: FRONT_PROXY, subject: `/CN=${FRONT_PROXY}`, ca: frontProxyCa, extensions: LEAF_EXTENSIONS }),
    leaf('server', '/CN=kube-apiserver', [`subjectAltName=${hosts.join(',')}`]),
    leaf('service-accounts', '/CN=service-accounts'),
    ...Object.entries(clients(node)).map(async ([name, subject]) => [name, await leaf(name, subject)] as const),
  ])
  return { ca, server, serviceAccounts, frontProxyCa, frontProxy, clients: Object.fromEntries(pairs) as Record<Client, Pair> }
}

/** A certificate authority, signed by itself or by another. */
export const makeCa = (folder: string, name: string, subject: string, ca?: Pair): Promise<Pair> =>
  issue(folder, { name, subject, extensions: CA_EXTENSIONS, ...(ca && { ca }) })

async function issue(folder: string, { name, subject, extensions, ca }: Request): Promise<Pair> {
  await mkdir(folder, { recursive: true })
  const config = join(folder, `${name}.cnf`)
  // The machine's own openssl.cnf would add extensions of its own.
  await writeFile(config, '[req]\ndistinguished_name = subject\n[subject]\n')
  const pair = { cert: join(folder, `${name}.crt`), key: join(folder, `${name}.key`) }
  await run('openssl', [
    'req', '-x509', '-new', '-noenc', '-config', config, '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256',
    '-subj', subject, '-days', '3650', ...extensions.flatMap((extension) => ['-addext', extension]),
    ...(ca ? ['-CA', ca.cert, '-CAkey', ca.key] : []), '-keyout', pair.key, '-out', pair.cert,
  ])
  return pair
}
