import type { Construct } from 'constructs'

import { brokerTopics, graphOf } from '../../config/define/index.ts'
import { stack } from '../../config/tasks/index.ts'
import { JetStreamConfig, KafkaServer, NatsServer, RedisServer, serverClients, serverPeers } from '../constructs/index.ts'
import { images } from '../images.ts'
import type { Environment, Server } from './environments.ts'

/** Every topic of the stack and the one its dead letters go to. */
const topics = brokerTopics(graphOf(stack))

/** Renders a server that an environment brings along. */
export const addServer = (scope: Construct, stackName: string, server: Server, environment: Environment): void => {
  const { backends, network: { dns } = {} } = environment
  const peers = serverPeers(stack, environment, server.name)
  const common = { stack: stackName, name: server.name, clients: serverClients(stack, backends, server.name), peers, ...(dns && { dns }) }
  switch (server.kind) {
    case 'redis':
      new RedisServer(scope, server.name, { ...common, storage: server.storage, image: images.redis })
      return
    case 'kafka':
      new KafkaServer(scope, server.name, { ...common, storage: server.storage, image: images.kafka, topics })
      return
    case 'nats':
      new NatsServer(scope, server.name, { ...common, storage: server.storage, image: images.nats, topics })
      return
    case 'local-nats':
      new JetStreamConfig(scope, server.name, { ...common, topics })
  }
}
