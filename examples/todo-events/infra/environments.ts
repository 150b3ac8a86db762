import { brokerTopics, graphOf } from 'dapr-stack/config'
import { type AppSettings, type Backends, JetStreamConfig, kafkaAddress, KafkaServer, natsUrl, PubSub, redisAddress, RedisServer, serverImages, StateStore } from 'dapr-stack/infra'
import type { Chart } from 'cdk8s'

import { stack, type TodoStack } from '../config/stack.ts'

export const name = 'todo-events'

interface Environment {
  readonly backends: Backends<TodoStack>
  readonly servers: (chart: Chart) => void
}

const topics = brokerTopics(graphOf(stack))
const storage = '1Gi'
const password = { secret: 'redis-secrets', key: 'password' }

/** A Kafka, and a Redis that asks for the password in the Secret `redis-secrets`. */
const kafka: Environment = {
  backends: {
    'todo-pubsub': PubSub.kafka({ brokers: kafkaAddress('kafka') }),
    'todo-state': StateStore.redis({ host: redisAddress('redis'), password }),
  },
  servers: (chart) => {
    new RedisServer(chart, 'redis', { stack: name, name: 'redis', image: serverImages.redis, storage, password })
    new KafkaServer(chart, 'kafka', { stack: name, name: 'kafka', image: serverImages.kafka, storage, topics })
  },
}

/** This machine, without a cluster (`npx stack up --target local`). */
const local: Environment = {
  backends: { 'todo-pubsub': PubSub.jetStream({ url: natsUrl('nats') }), 'todo-state': StateStore.sqlite({ file: 'todo.db' }) },
  servers: (chart) => new JetStreamConfig(chart, 'nats', { stack: name, name: 'nats', topics }),
}

/** What stands behind the components, by the value of STACK_ENV. */
export const environments = { kafka, local }

const app: AppSettings = {
  replicas: 1,
  servicePort: 80,
  resources: { requests: { cpu: '50m', memory: '96Mi' }, limits: { cpu: '500m', memory: '256Mi' } },
}
export const apps = { 'todo-backend': app, 'email-worker': app }
