import type { Construct } from 'constructs'

import { brokerTopics, graphOf } from '../../config/define/index.ts'
import { stack } from '../../config/tasks/index.ts'
import { KafkaServer, RedisServer } from '../constructs/index.ts'
import { images } from '../images.ts'
import type { Server } from './environments.ts'

/** Every topic of the stack and the one its dead letters go to. */
const topics = brokerTopics(graphOf(stack))

/** Renders a server that an environment brings along. */
export const addServer = (scope: Construct, stackName: string, server: Server): void => {
  const { name, storage } = server
  if (server.kind === 'redis') new RedisServer(scope, name, { stack: stackName, name, storage, image: images.redis })
  else new KafkaServer(scope, name, { stack: stackName, name, storage, image: images.kafka, topics })
}
