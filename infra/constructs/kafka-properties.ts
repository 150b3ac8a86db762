/** Port at which clients reach every Kafka server of the stack. */
export const kafkaPort = 9092
const controllerPort = 9093

/** `host:port` at which pods of the same namespace reach the server called `name`. */
export const kafkaAddress = (name: string): string => `${name}:${kafkaPort}`

/** `server.properties` of one node that is both broker and controller. */
export const kafkaProperties = (name: string, dataPath: string): string =>
  Object.entries({
    'process.roles': 'broker,controller',
    'node.id': 1,
    'controller.quorum.voters': `1@localhost:${controllerPort}`,
    listeners: `CLIENT://:${kafkaPort},CONTROLLER://localhost:${controllerPort}`,
    'advertised.listeners': `CLIENT://${kafkaAddress(name)}`,
    'inter.broker.listener.name': 'CLIENT',
    'controller.listener.names': 'CONTROLLER',
    'listener.security.protocol.map': 'CLIENT:PLAINTEXT,CONTROLLER:PLAINTEXT',
    // A volume may bring a lost+found folder, which Kafka would take for a broken topic.
    'log.dirs': `${dataPath}/kafka`,
    'auto.create.topics.enable': false,
    'offsets.topic.replication.factor': 1,
    'transaction.state.log.replication.factor': 1,
    'transaction.state.log.min.isr': 1,
    'group.initial.rebalance.delay.ms': 0,
    // What a producer was told is stored is on the disk, as with Redis' appendfsync always.
    'log.flush.interval.messages': 1,
  })
    .map(([key, value]) => `${key}=${value}\n`)
    .join('')
