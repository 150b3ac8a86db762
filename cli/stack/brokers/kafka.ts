import { kafkaTool } from '../../../infra/constructs/kafka-program.ts'
import type { Backlog, BrokerPod, Count, Question } from './question.ts'

const columns = ['GROUP', 'TOPIC', 'PARTITION', 'CURRENT-OFFSET'] as const

/** Where a group is in a partition, such as `billing orders:0`, from the table that Kafka's tool prints for all groups. Pure. */
export const committedIn = (table: string): ReadonlyMap<string, number> => {
  const offsets = new Map<string, number>()
  let at: readonly number[] = []
  for (const words of table.split('\n').map((line) => line.trim().split(/\s+/))) {
    if (words[0] === columns[0]) at = columns.map((name) => words.indexOf(name))
    const [group = '', topic = '', partition = '', offset = ''] = at.map((index) => words[index])
    if (/^\d+$/.test(offset)) offsets.set(`${group} ${topic}:${partition}`, Number(offset))
  }
  return offsets
}

/** The offset of each partition, such as `orders:0`, from lines of `topic:partition:offset`. Pure. */
export const offsetsIn = (text: string): ReadonlyMap<string, number> => new Map([...text.matchAll(/^(.+:\d+):(\d+)$/gm)].map(([, partition = '', offset]) => [partition, Number(offset)]))

/** Runs a tool of Kafka in the broker's pod. */
const toolOf = ({ address, exec }: BrokerPod) => (name: string, ...args: readonly string[]): Promise<string> => exec(kafkaTool(name, '--bootstrap-server', address, ...args))

/** The topics that a broker has. */
export const topicsOfKafka = async (broker: BrokerPod): Promise<string[]> => (await toolOf(broker)('org.apache.kafka.tools.TopicCommand', '--list')).split('\n').map((line) => line.trim()).filter(Boolean)

/** Topics of Kafka, where an app is a consumer group. */
export const countInKafka: Count = async (broker, questions) => {
  const tool = toolOf(broker)
  const topics = [...new Set(questions.map(({ topic }) => topic))].map((topic) => `${topic.replaceAll('.', '\\.')}:`).join(',')
  const offsets = async (time: 'latest' | 'earliest') => offsetsIn(await tool('org.apache.kafka.tools.GetOffsetShell', '--time', time, '--topic-partitions', topics))
  const committed = committedIn(await tool('org.apache.kafka.tools.consumer.group.ConsumerGroupCommand', '--describe', '--all-groups'))
  const [ends, beginnings] = [await offsets('latest'), await offsets('earliest')]
  // A group that nobody is in is told of only in partitions that it has committed; of the others it has all before it.
  const behind = (app: string, partition: string, end: number): number => Math.max(0, end - (committed.get(`${app} ${partition}`) ?? beginnings.get(partition) ?? 0))
  return questions.map(({ topic, app }: Question): Backlog => {
    const own = [...ends].filter(([partition]) => partition.startsWith(`${topic}:`))
    return { topic, app, count: own.reduce((sum, [partition, end]) => sum + behind(app, partition, end), 0) }
  })
}
