import { images } from '../../../infra/images.ts'
import type { Certificate } from './certificates.ts'
import { filesPath, type ServerPod } from './server-pod.ts'

const port = 6380

export interface SecuredRedis extends Certificate {
  /** Host name; the certificate is for it. */
  readonly name: string
  readonly password: string
}

/** `host:port` of the server. */
export const redisHost = (name: string): string => `${name}:${port}`

/** A Redis as docs/deploy.md wants it: nothing but TLS, a password, every change on disk, no eviction. */
export const securedRedis = ({ name, password, cert, key }: SecuredRedis): ServerPod => ({
  name,
  image: images.redis,
  port,
  command: ['redis-server', `${filesPath}/redis.conf`],
  files: {
    'redis.conf': [
      'port 0',
      `tls-port ${port}`,
      `tls-cert-file ${filesPath}/server.crt`,
      `tls-key-file ${filesPath}/server.key`,
      `tls-ca-cert-file ${filesPath}/server.crt`,
      'tls-auth-clients no',
      `requirepass ${password}`,
      'dir /data',
      'appendonly yes',
      'appendfsync always',
      'maxmemory-policy noeviction',
      '',
    ].join('\n'),
    'server.crt': cert,
    'server.key': key,
  },
})
