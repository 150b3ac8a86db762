import { graphRecord } from '../../../config/define/index.ts'
import type { KubeObject } from '../../kube/port.ts'
import type { Connection } from '../connection.ts'
import type { Desired } from '../desired.ts'
import { type DeployedGraph, graphIn } from '../graph.ts'
import { brokerPod } from './broker-pod.ts'
import { countInJetStream } from './jetstream.ts'
import { countInKafka } from './kafka.ts'
import { type Backlog, type Count, type Question, Uncountable } from './question.ts'
import { countInRedis } from './redis.ts'
import type { BrokerSwitch } from './switch.ts'

/** A broker that the stack leaves, as it is deployed. */
export interface LeftBroker extends BrokerSwitch {
  /** What is deployed: where to ask, also when the component has changed. */
  readonly live: KubeObject
  readonly questions: readonly Question[]
}

/** What such a broker has not delivered: of each app and topic with any, or why that is not known. */
export type Undelivered = { readonly broker: LeftBroker; readonly backlogs: readonly Backlog[] } | { readonly broker: LeftBroker; readonly unknown: string }

/** How what a broker has not delivered is counted, by the type of its component. */
export const counts: Readonly<Record<string, Count>> = { 'pubsub.redis': countInRedis, 'pubsub.kafka': countInKafka, 'pubsub.jetstream': countInJetStream }

/** The subscriptions on a component, dead letters included. Pure. */
export const questionsOf = ({ subscriptions }: Pick<DeployedGraph, 'subscriptions'>, component: string): Question[] =>
  subscriptions.filter(({ pubsub }) => pubsub === component).flatMap(({ app, topic, deadLetterTopic }) => [topic, ...(deadLetterTopic === undefined ? [] : [deadLetterTopic])].map((name) => ({ app, topic: name })))

/** What is deployed of the brokers that the stack leaves. */
export const leftBrokers = async ({ port }: Connection, { stack, namespace }: Desired, switches: readonly BrokerSwitch[]): Promise<LeftBroker[]> => {
  const record = await port.find({ apiVersion: 'v1', kind: 'ConfigMap', name: graphRecord(stack), namespace })
  const found = await Promise.all(switches.map(async (one) => ({ one, live: await port.find({ apiVersion: 'dapr.io/v1alpha1', kind: 'Component', name: one.component, namespace }) })))
  return found.flatMap(({ one, live }) => (live && record ? [{ ...one, live, questions: questionsOf(graphIn(record), one.component) }] : []))
}

/** Asks a broker what it has not delivered. */
export const undeliveredIn = async (connection: Connection, namespace: string, broker: LeftBroker): Promise<Undelivered> => {
  try {
    const count = counts[broker.from]
    if (!count) throw new Uncountable(`what ${broker.from} has not delivered cannot be counted`)
    const backlogs = await count(await brokerPod(connection, namespace, broker.live), broker.questions)
    return { broker, backlogs: backlogs.filter((one) => one.count > 0) }
  } catch (error) {
    if (error instanceof Uncountable) return { broker, unknown: error.message }
    throw error
  }
}

/** All events of backlogs. */
export const total = (backlogs: readonly Backlog[]): number => backlogs.reduce((sum, { count }) => sum + count, 0)

const events = (count: number): string => (count === 1 ? '1 event' : `${count} events`)

/** What a broker has not delivered, in words. Pure. */
export const undeliveredText = (one: Undelivered): string => {
  const { component, from, to } = one.broker
  const head = `${component} changes from ${from} to ${to}`
  if ('unknown' in one) return `${head}; how many events are not delivered yet is not known: ${one.unknown}`
  if (one.backlogs.length === 0) return `${head}; every event is delivered`
  return `${head}; ${events(total(one.backlogs))} not delivered yet: ${one.backlogs.map(({ topic, app, count }) => `${count} of ${topic} for ${app}`).join(', ')}`
}

/** Whether nothing would be lost. */
export const isEmpty = (one: Undelivered): boolean => 'backlogs' in one && one.backlogs.length === 0
