import type { StackCluster } from '../../cli/kube/index.ts'

/** The environments that bring their own broker; everything is proved on each. */
export const brokers = ['dev', 'kafka'] as const
export type Broker = (typeof brokers)[number]

const kafkaTool = (mainClass: string, ...args: readonly string[]): string[] => ['java', '-cp', '/opt/kafka/libs/*', mainClass, '--bootstrap-server', 'kafka:9092', ...args]

const readTopic = {
  dev: (topic: string) => ({ pod: 'redis-master-0', container: 'redis', command: ['redis-cli', 'XRANGE', topic, '-', '+'] }),
  kafka: (topic: string) => ({
    pod: 'kafka-0',
    container: 'kafka',
    command: kafkaTool('org.apache.kafka.tools.consumer.ConsoleConsumer', '--topic', topic, '--from-beginning', '--timeout-ms', '5000'),
  }),
}

/** All that was ever published to a topic, as text, read from the broker itself. */
export const messagesOn = async (cluster: StackCluster, broker: Broker, topic: string): Promise<string> => {
  const { pod, container, command } = readTopic[broker](topic)
  return cluster.exec(pod, container, command)
}
