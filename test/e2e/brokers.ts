import type { StackCluster } from '../../cli/kube/index.ts'

/** The environments that bring their own broker; the criteria and the dead letters are proved on each. */
export const brokers = ['dev', 'kafka', 'jetstream'] as const

export type Broker = (typeof brokers)[number]

const kafkaTool = (mainClass: string, ...args: readonly string[]): string[] => ['java', '-cp', '/opt/kafka/libs/*', mainClass, '--bootstrap-server', 'kafka:9092', ...args]

const readTopic: Record<Broker, (topic: string) => { readonly pod: string; readonly container: string; readonly command: string[] }> = {
  dev: (topic) => ({ pod: 'redis-master-0', container: 'redis', command: ['redis-cli', 'XRANGE', topic, '-', '+'] }),
  kafka: (topic) => ({
    pod: 'kafka-0',
    container: 'kafka',
    command: kafkaTool('org.apache.kafka.tools.consumer.ConsoleConsumer', '--topic', topic, '--from-beginning', '--timeout-ms', '5000'),
  }),
  // What the server has on its disk: the text of each event between a few bytes of its own.
  jetstream: (topic) => ({ pod: 'nats-0', container: 'nats', command: ['sh', '-c', `cat /data/jetstream/*/streams/${topic}/msgs/*.blk`] }),
}

/** All that was ever published to a topic, as text, read from the broker itself. */
export const messagesOn = async (cluster: StackCluster, broker: Broker, topic: string): Promise<string> => {
  const { pod, container, command } = readTopic[broker](topic)
  return cluster.exec(pod, container, command)
}
