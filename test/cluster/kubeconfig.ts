import { readFile, writeFile } from 'node:fs/promises'
import { stringify } from 'yaml'
import type { Pair } from './pki.ts'

/** Writes a kubeconfig with everything in it, readable by its owner only. */
export async function writeKubeconfig(file: string, server: string, ca: Pair, client: Pair): Promise<string> {
  const base64 = async (path: string): Promise<string> => (await readFile(path)).toString('base64')
  const name = 'dapr-stack'
  const content = {
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [{ name, cluster: { server, 'certificate-authority-data': await base64(ca.cert) } }],
    users: [{ name, user: { 'client-certificate-data': await base64(client.cert), 'client-key-data': await base64(client.key) } }],
    contexts: [{ name, context: { cluster: name, user: name } }],
    'current-context': name,
  }
  await writeFile(file, stringify(content), { mode: 0o600 })
  return file
}
