import { type BrokerTopic, processingSeconds, type TopicSettings } from '../../config/define/index.ts'

/** Where the server answers what must succeed; answers to the rest go unheard. */
export const answers = 'setup.answers'
const unheard = 'setup.unheard'

const [nanosecondsPerSecond, nanosecondsPerHour] = [1e9, 3.6e12]

/** The stream of a topic. A topic has no colon, so neither this nor the subject can be the name or subject of another. */
export const streamName = (topic: string): string => topic.replaceAll('.', ':')
const deliverSubject = (topic: string, app: string): string => `deliver:${streamName(topic)}:${app}`

const streamConfig = (topic: string, { replication, retentionHours }: TopicSettings, servers: number) => ({
  name: streamName(topic),
  subjects: [topic],
  storage: 'file',
  retention: 'limits',
  discard: 'old',
  max_age: retentionHours * nanosecondsPerHour,
  num_replicas: Math.min(replication, servers),
  // The shortest there is. A dead letter that is published again has its old id, and would be taken for a duplicate and be lost.
  duplicate_window: 100_000_000,
})

const consumerConfig = (topic: string, app: string) => ({
  durable_name: app,
  filter_subject: topic,
  deliver_subject: deliverSubject(topic, app),
  deliver_group: app,
  deliver_policy: 'all',
  ack_policy: 'explicit',
  replay_policy: 'instant',
  ack_wait: processingSeconds * nanosecondsPerSecond,
  // How many events are on their way to all replicas of an app; each handles one of a topic at a time.
  max_ack_pending: 100,
})

const request = (subject: string, reply: string, content?: unknown): string[] => {
  const body = content === undefined ? '' : JSON.stringify(content)
  return [`PUB $JS.API.${subject} ${reply} ${body.length}`, body]
}

const streamRequests = ({ name, settings, subscribers }: BrokerTopic, servers: number): string[] => {
  const stream = streamName(name)
  const config = streamConfig(name, settings, servers)
  return [
    // What is there already refuses to be created, and is changed.
    ...request(`STREAM.CREATE.${stream}`, unheard, config),
    ...request(`STREAM.UPDATE.${stream}`, answers, config),
    ...subscribers.flatMap((app) => [
      // A sidecar that was faster has made its own, which does as well.
      ...request(`CONSUMER.CREATE.${stream}.${app}.${name}`, unheard, { stream_name: stream, config: consumerConfig(name, app) }),
      ...request(`CONSUMER.INFO.${stream}.${app}`, answers),
    ]),
  ]
}

/**
 * What a client says to a server to have a stream for each topic and, in it, a consumer for each app that hears it: lines of the NATS
 * protocol, to be sent with CRLF at their ends. The server takes requests in any order, so it is said again until no answer is an error;
 * what is there it changes. `servers` is how many there are, 1 or more. Consumers are made beforehand because two replicas that start at once would each make the other's.
 */
export const jetStreamSetup = (topics: readonly BrokerTopic[], servers: number): string =>
  ['CONNECT {"verbose":false,"name":"setup"}', `SUB ${answers} 1`, ...topics.flatMap((topic) => streamRequests(topic, servers)), 'PING', ''].join('\n')
