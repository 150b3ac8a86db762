import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

import { run } from '../../../toolchain/run.ts'

/** A certificate and its private key, in PEM. */
export interface Certificate {
  readonly cert: string
  readonly key: string
}

interface Request {
  readonly name: string
  readonly extensions: readonly string[]
  /** Who signs. Default: itself. */
  readonly ca?: string
}

const issue = async (folder: string, { name, extensions, ca }: Request): Promise<Certificate> => {
  const path = (owner: string, kind: 'crt' | 'key' | 'cnf'): string => join(folder, `${owner}.${kind}`)
  // The machine's own openssl.cnf would add extensions of its own.
  await writeFile(path(name, 'cnf'), '[req]\ndistinguished_name = subject\n[subject]\n')
  await run('openssl', [
    ...['req', '-x509', '-new', '-noenc', '-config', path(name, 'cnf'), '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-days', '1'],
    ...['-subj', `/CN=${name}`, ...extensions.flatMap((extension) => ['-addext', extension])],
    ...(ca === undefined ? [] : ['-CA', path(ca, 'crt'), '-CAkey', path(ca, 'key')]),
    ...['-keyout', path(name, 'key'), '-out', path(name, 'crt')],
  ])
  return { cert: await readFile(path(name, 'crt'), 'utf8'), key: await readFile(path(name, 'key'), 'utf8') }
}

/** Makes an authority that nobody knows yet; its certificate is `ca.crt` in the folder. */
export const makeAuthority = (folder: string): Promise<Certificate> =>
  issue(folder, { name: 'ca', extensions: ['basicConstraints=critical,CA:TRUE', 'keyUsage=critical,keyCertSign', 'subjectKeyIdentifier=hash'] })

/** A certificate of that authority for a server of that host name. */
export const makeServerCertificate = (folder: string, host: string): Promise<Certificate> =>
  issue(folder, {
    name: host,
    ca: 'ca',
    extensions: ['basicConstraints=critical,CA:FALSE', 'keyUsage=critical,digitalSignature', 'extendedKeyUsage=serverAuth', `subjectAltName=DNS:${host}`],
  })
