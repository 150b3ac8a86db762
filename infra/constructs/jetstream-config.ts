import { k8s } from './k8s.ts'
import { Construct } from 'constructs'

import type { BrokerTopic } from '../../config/define/index.ts'
import { jetStreamFiles, jetStreamLabel } from './jetstream-files.ts'
import { jetStreamSetup } from './jetstream-setup.ts'
import { labelsOf } from './labels.ts'

export interface JetStreamConfigProps {
  /** Name of the stack, for labels. */
  readonly stack: string
  /** Name of the ConfigMap and of the server: the host in `natsURL`. */
  readonly name: string
  /** Topics of the stack; each becomes a stream. */
  readonly topics: readonly BrokerTopic[]
}

/** Port at which clients reach every NATS server of the stack. */
export const natsPort = 4222

/** `natsURL` at which pods of the same namespace reach the server called `name`. */
export const natsUrl = (name: string): string => `nats://${name}:${natsPort}`

/** A single node. */
const servers = 1

// On the disk before it is answered, as with Redis' appendfsync always. Where on the disk is said on the command line.
const serverConfig = (name: string): string => `server_name: ${name}
port: ${natsPort}
jetstream {
  sync_interval: always
}
`

/** What a NATS server of the stack is started with. A local run has the server itself, and needs no more than this. */
export class JetStreamConfig extends Construct {
  /** What the ConfigMap holds. */
  readonly data: Readonly<Record<string, string>>

  constructor(scope: Construct, id: string, { stack, name, topics }: JetStreamConfigProps) {
    super(scope, id)
    this.data = { [jetStreamFiles.server]: serverConfig(name), [jetStreamFiles.setup]: jetStreamSetup(topics, servers) }
    new k8s.KubeConfigMap(this, 'Resource', {
      metadata: { name, labels: { ...labelsOf(stack, name), [jetStreamLabel]: name } },
      data: this.data,
    })
  }
}
