import type { StackCluster } from '../../../cli/kube/index.ts'
import { kafkaTool } from '../../../infra/constructs/kafka-program.ts'
import { images } from '../../../infra/images.ts'
import type { Certificate } from './certificates.ts'
import { filesPath, type ServerPod } from './server-pod.ts'

const port = 9094
/** For its own tools, on the loopback of its pod: whoever comes here may do all. */
const admin = 'localhost:9095'

export interface SecuredKafka extends Certificate {
  /** Host name; the certificate is for it. */
  readonly name: string
  readonly user: string
  readonly password: string
}

/** `host:port` of the broker. */
export const kafkaBrokers = (name: string): string => `${name}:${port}`

const properties = (name: string): string =>
  Object.entries({
    'process.roles': 'broker,controller',
    'node.id': '1',
    'controller.quorum.voters': '1@localhost:9093',
    listeners: `CLIENT://:${port},ADMIN://${admin},CONTROLLER://localhost:9093`,
    'advertised.listeners': `CLIENT://${kafkaBrokers(name)},ADMIN://${admin}`,
    'inter.broker.listener.name': 'ADMIN',
    'controller.listener.names': 'CONTROLLER',
    'listener.security.protocol.map': 'CLIENT:SASL_SSL,ADMIN:PLAINTEXT,CONTROLLER:PLAINTEXT',
    'listener.name.client.sasl.enabled.mechanisms': 'SCRAM-SHA-512',
    'listener.name.client.scram-sha-512.sasl.jaas.config': 'org.apache.kafka.common.security.scram.ScramLoginModule required;',
    'listener.name.client.ssl.keystore.type': 'PEM',
    'listener.name.client.ssl.keystore.location': `${filesPath}/keystore.pem`,
    'authorizer.class.name': 'org.apache.kafka.metadata.authorizer.StandardAuthorizer',
    'super.users': 'User:ANONYMOUS',
    'log.dirs': '/data/kafka',
    'auto.create.topics.enable': 'false',
    'offsets.topic.replication.factor': '1',
    'offsets.topic.num.partitions': '1',
    'group.initial.rebalance.delay.ms': '0',
  })
    .map(([key, value]) => `${key}=${value}\n`)
    .join('')

/** A Kafka of one node as docs/deploy.md wants it: its clients speak TLS, log in with SCRAM-SHA-512 and may do what they were given. */
export const securedKafka = ({ name, user, password, cert, key }: SecuredKafka): ServerPod => ({
  name,
  image: images.kafka,
  port,
  init: kafkaTool(
    'kafka.tools.StorageTool',
    ...['format', '--cluster-id', 'ZGFwci1zdGFjay1rYWZrYQ', '--config', `${filesPath}/server.properties`],
    ...['--add-scram', `SCRAM-SHA-512=[name=${user},password=${password}]`],
  ),
  command: ['java', '-Xmx400m', '-cp', '/opt/kafka/libs/*', 'kafka.Kafka', `${filesPath}/server.properties`],
  files: { 'server.properties': properties(name), 'keystore.pem': `${key}${cert}` },
})

const onBroker = (cluster: StackCluster, name: string, mainClass: string, ...args: readonly string[]): Promise<string> =>
  cluster.exec(name, name, kafkaTool(`org.apache.kafka.tools.${mainClass}`, '--bootstrap-server', admin, ...args))

export interface Grants {
  readonly user: string
  readonly topics: readonly string[]
  readonly groups: readonly string[]
}

/** Creates the topics, and gives the user what docs/deploy.md says it needs, and no more. */
export const grantTopics = async (cluster: StackCluster, name: string, { user, topics, groups }: Grants): Promise<void> => {
  const allow = ['--add', '--allow-principal', `User:${user}`]
  for (const topic of topics) await onBroker(cluster, name, 'TopicCommand', '--create', '--topic', topic, '--partitions', '3', '--replication-factor', '1')
  await onBroker(cluster, name, 'AclCommand', ...allow, '--operation', 'Read', '--operation', 'Write', ...topics.flatMap((topic) => ['--topic', topic]))
  await onBroker(cluster, name, 'AclCommand', ...allow, '--operation', 'Read', ...groups.flatMap((group) => ['--group', group]))
}
