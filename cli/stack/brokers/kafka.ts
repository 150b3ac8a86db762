import { kafkaTool } from '../../../infra/constructs/kafka-program.ts'
import type { Backlog, Count, Question } from './question.ts'

const columns = ['GROUP', 'TOPIC', 'LOG-END-OFFSET', 'LAG'] as const

/** The lag of each group in each topic, summed over partitions, from the table that Kafka's tool prints for all groups. Pure. */
export const lagsIn = (table: string): Backlog[] => {
  const sums = new Map<string, Backlog>()
  let at: readonly number[] = []
  for (const words of table.split('\n').map((line) => line.trim().split(/\s+/))) {
    if (words[0] === columns[0]) at = columns.map((name) => words.indexOf(name))
    const [group, topic, end, lag] = at.map((index) => words[index])
    if (group === undefined || topic === undefined || group === columns[0] || !/^\d+$/.test(end ?? '')) continue
    // A group that has committed nothing yet has it all before it.
    const count = Number(lag === '-' ? end : lag)
    const key = `${group} ${topic}`
    sums.set(key, { app: group, topic, count: count + (sums.get(key)?.count ?? 0) })
  }
  return [...sums.values()]
}

/** The length of each topic, from lines of `topic:partition:offset` with its ends and then its beginnings. Pure. */
export const lengthsIn = (ends: string, beginnings: string): ReadonlyMap<string, number> => {
  const sums = new Map<string, number>()
  for (const [sign, text] of [[1, ends], [-1, beginnings]] as const) {
    for (const [, topic = '', offset] of text.matchAll(/^(.+):\d+:(\d+)$/gm)) sums.set(topic, (sums.get(topic) ?? 0) + sign * Number(offset))
  }
  return sums
}

/** Topics of Kafka, where an app is a consumer group. */
export const countInKafka: Count = async ({ address, exec }, questions) => {
  const tool = (name: string, ...args: readonly string[]) => exec(kafkaTool(name, '--bootstrap-server', address, ...args))
  const lags = lagsIn(await tool('org.apache.kafka.tools.consumer.group.ConsumerGroupCommand', '--describe', '--all-groups'))
  const lagOf = ({ topic, app }: Question): number | undefined => lags.find((lag) => lag.topic === topic && lag.app === app)?.count
  const unheard = [...new Set(questions.filter((question) => lagOf(question) === undefined).map(({ topic }) => topic))]
  if (unheard.length === 0) return questions.map((question) => ({ ...question, count: lagOf(question) ?? 0 }))
  // Such a group never committed: it has not heard an event of the topic.
  const offsets = (time: 'latest' | 'earliest') => tool('org.apache.kafka.tools.GetOffsetShell', '--time', time, '--topic-partitions', unheard.map((topic) => `${topic.replaceAll('.', '\\.')}:`).join(','))
  const lengths = lengthsIn(await offsets('latest'), await offsets('earliest'))
  return questions.map((question) => ({ ...question, count: lagOf(question) ?? lengths.get(question.topic) ?? 0 }))
}
