/** Port at which clients reach every Kafka server of the stack. */
export const kafkaPort = 9092
const controllerPort = 9093

/** `host:port` at which pods of the same namespace reach the server called `name`. */
export const kafkaAddress = (name: string): string => `${name}:${kafkaPort}`

const properties = (values: Readonly<Record<string, string | number | boolean>>): string =>
  Object.entries(values)
    .map(([key, value]) => `${key}=${value}\n`)
    .join('')

/** `server.properties` of one node that is both broker and controller; `address` is where clients find it, of other namespaces too. */
export const kafkaProperties = (address: string, dataPath: string): string =>
  properties({
    'process.roles': 'broker,controller',
    'node.id': 1,
    'controller.quorum.voters': `1@localhost:${controllerPort}`,
    listeners: `CLIENT://:${kafkaPort},CONTROLLER://localhost:${controllerPort}`,
    'advertised.listeners': `CLIENT://${address}`,
    'inter.broker.listener.name': 'CLIENT',
    'controller.listener.names': 'CONTROLLER',
    'listener.security.protocol.map': 'CLIENT:PLAINTEXT,CONTROLLER:PLAINTEXT',
    // A volume may bring a lost+found folder, which Kafka would take for a broken topic.
    'log.dirs': `${dataPath}/kafka`,
    'auto.create.topics.enable': false,
    'offsets.topic.replication.factor': 1,
    'transaction.state.log.replication.factor': 1,
    'transaction.state.log.min.isr': 1,
    // One broker gains nothing from 50 partitions of each, and would open them all at every start.
    'offsets.topic.num.partitions': 1,
    'transaction.state.log.num.partitions': 1,
    'group.initial.rebalance.delay.ms': 0,
    // After a crash the broker waits until its former self counts as gone. Default 9 s.
    'broker.session.timeout.ms': 4000,
    // What a producer was told is stored is on the disk, as with Redis' appendfsync always.
    'log.flush.interval.messages': 1,
  })

/** `log4j2.properties`: warnings, errors, and the line that says that the server has started. */
export const kafkaLogProperties = properties({
  'appender.console.type': 'Console',
  'appender.console.name': 'console',
  'appender.console.layout.type': 'PatternLayout',
  'appender.console.layout.pattern': "%d{yyyy-MM-dd'T'HH:mm:ss.SSS'Z'}{UTC} %p %c{1}: %m%n",
  'rootLogger.level': 'WARN',
  'rootLogger.appenderRef.console.ref': 'console',
  'logger.server.name': 'kafka.server.KafkaRaftServer',
  'logger.server.level': 'INFO',
})
