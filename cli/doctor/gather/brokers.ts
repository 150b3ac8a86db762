import { setTimeout as sleep } from 'node:timers/promises'

import { counts } from '../../stack/brokers/backlog.ts'
import { type BrokerPod, type Question, Uncountable } from '../../stack/brokers/question.ts'
import { brokerPod } from '../../stack/brokers/broker-pod.ts'
import { topicsOfKafka } from '../../stack/brokers/kafka.ts'
import type { BrokerEvidence, DeadLetterEvidence, Evidence } from '../evidence.ts'
import { serviceBehind } from '../facts.ts'
import { usualBacklog } from '../rules/delivery-rules.ts'
import type { Scene } from './scene.ts'

/** Until the broker is asked again where much waits. */
const againMs = 2000

type Subscription = Evidence['things']['subscriptions'][number]

/** Subscriptions to a component whose dead letters nobody reads: they stay on their topic. */
const unread = ({ things }: Pick<Evidence, 'things'>, component: string): Subscription[] =>
  things.subscriptions.filter((one) => one.pubsub === component && one.deadLetterTopic !== undefined && !things.subscriptions.some(({ pubsub, topic }) => pubsub === component && topic === one.deadLetterTopic))

/** What apps hear of a component, by its Subscriptions. JetStream knows nothing of topics that no app reads. */
const questionsOf = (evidence: Pick<Evidence, 'things'>, component: string, type: string): Question[] => {
  const heard = evidence.things.subscriptions.filter(({ pubsub }) => pubsub === component).flatMap(({ topic, scopes }) => scopes.map((app) => ({ app, topic })))
  const left = type === 'pubsub.jetstream' ? [] : unread(evidence, component).flatMap(({ scopes, deadLetterTopic = '' }) => scopes.map((app) => ({ app, topic: deadLetterTopic })))
  return [...heard, ...left]
}

const asked = async (type: string, broker: BrokerPod, questions: readonly Question[]): Promise<BrokerEvidence['backlogs']> => {
  const count = counts[type]
  if (!count || questions.length === 0) return []
  const backlogs = (await count(broker, questions)).filter((one) => one.count > 0)
  if (!backlogs.some((one) => one.count > usualBacklog)) return backlogs
  await sleep(againMs)
  const again = await count(broker, questions)
  return backlogs.map((one) => ({ ...one, later: again.find(({ app, topic }) => app === one.app && topic === one.topic)?.count ?? 0 }))
}

const askOne = async ({ port, inside, namespace }: Scene, evidence: Pick<Evidence, 'things' | 'objects'>, component: string, type: string): Promise<BrokerEvidence> => {
  const object = evidence.objects.find(({ kind, metadata }) => kind === 'Component' && metadata.name === component)
  if (!object) throw new Uncountable(`Component ${component} is not there`)
  const broker = await brokerPod({ port, pods: () => inside }, namespace, object)
  const topics = type === 'pubsub.kafka' ? await topicsOfKafka(broker) : undefined
  const questions = questionsOf(evidence, component, type).filter(({ topic }) => topics?.includes(topic) ?? true)
  return { component, backlogs: await asked(type, broker, questions), ...(topics && { topics }) }
}

/** Asks the brokers of the namespace which topics they have, and what they have not delivered. */
export const brokersIn = async (scene: Scene, evidence: Pick<Evidence, 'things' | 'objects' | 'namespace'>): Promise<BrokerEvidence[]> => {
  const known = evidence.things.components.filter(({ name, type }) => type in counts && isHere(evidence, name))
  const found = await Promise.all(known.map(({ name, type }) => scene.slowProbes.look(`what the broker of ${name} has`, () => askOne(scene, evidence, name, type))))
  return found.flatMap((one) => one ?? [])
}

const isHere = (evidence: Parameters<typeof brokersIn>[1], component: string): boolean => {
  const service = serviceBehind(evidence, component)
  return service !== undefined && evidence.objects.some(({ kind, metadata }) => kind === 'Service' && metadata.name === service)
}

/** Events on dead-letter topics that nobody reads. Pure. */
export const unreadLetters = (evidence: Pick<Evidence, 'things'>, brokers: readonly BrokerEvidence[]): DeadLetterEvidence[] =>
  brokers.flatMap(({ component, backlogs }) =>
    unread(evidence, component).flatMap(({ topic, deadLetterTopic, scopes }) =>
      backlogs.filter((one) => one.topic === deadLetterTopic && scopes.includes(one.app)).map(({ app, count }) => ({ app, pubsub: component, topic, count })),
    ),
  )
