import type { ScaledObjectSpecTriggers } from '../../imports/keda.sh.ts'
import type { MetadataItem } from './backend.ts'
import type { Backlog } from './backlog.ts'
import { addressIn } from './namespace-of.ts'

/** A value that KEDA reads from a Secret, under the name that its scaler gives it. */
interface SecretParameter {
  readonly parameter: string
  readonly name: string
  readonly key: string
}

interface BacklogTrigger {
  readonly trigger: ScaledObjectSpecTriggers
  readonly secrets: readonly SecretParameter[]
}

type Item = MetadataItem | undefined
type ItemOf = (name: string) => Item

const textOf = (item: Item): string | undefined => (item && 'value' in item ? item.value : undefined)

/** What goes along in the trigger, and what KEDA has to look up. */
const handedOver = (items: Readonly<Record<string, Item>>): { readonly texts: Record<string, string>; readonly secrets: SecretParameter[] } => {
  const entries = Object.entries(items)
  return {
    texts: Object.fromEntries(entries.flatMap(([parameter, item]) => (item && 'value' in item ? [[parameter, item.value]] : []))),
    secrets: entries.flatMap(([parameter, item]) => (item && 'secretKeyRef' in item ? [{ parameter, name: item.secretKeyRef.secret, key: item.secretKeyRef.key }] : [])),
  }
}

// Dapr makes the app's id the name of its consumer group in both.
const redisTrigger = (app: string, topic: string, count: string, item: ItemOf): BacklogTrigger => {
  const { texts, secrets } = handedOver({ address: item('redisHost'), username: item('redisUsername'), password: item('redisPassword'), databaseIndex: item('redisDB') })
  const tls = textOf(item('enableTLS')) === 'true'
  return { trigger: { type: 'redis-streams', metadata: { ...texts, ...(tls && { enableTLS: 'true' }), stream: topic, consumerGroup: app, lagCount: count, activationLagCount: '0' } }, secrets }
}

const mechanisms: Readonly<Record<string, string>> = { 'SHA-512': 'scram_sha512', 'SHA-256': 'scram_sha256', PLAINTEXT: 'plaintext' }

const kafkaTrigger = (app: string, topic: string, count: string, item: ItemOf): BacklogTrigger => {
  const { texts, secrets } = handedOver({ bootstrapServers: item('brokers'), username: item('saslUsername'), password: item('saslPassword') })
  const tls = textOf(item('disableTls')) === 'false'
  const sasl = textOf(item('authType')) === 'password' ? mechanisms[textOf(item('saslMechanism')) ?? ''] : undefined
  return {
    trigger: { type: 'kafka', metadata: { ...texts, ...(sasl !== undefined && { sasl }), ...(tls && { tls: 'enable' }), topic, consumerGroup: app, lagThreshold: count, offsetResetPolicy: 'earliest' } },
    secrets,
  }
}

const scalers: Readonly<Record<string, { readonly address: string; readonly triggerOf: typeof kafkaTrigger }>> = {
  'pubsub.redis': { address: 'redisHost', triggerOf: redisTrigger },
  'pubsub.kafka': { address: 'brokers', triggerOf: kafkaTrigger },
}

/** What asks for the events that wait. */
export interface Counted {
  readonly app: string
  /** Where the app runs: KEDA, which runs elsewhere, knows a Service by its name and this. */
  readonly namespace: string
  readonly eventsPerPod: number
}

/**
 * KEDA's trigger for the events that wait for an app, and what it reads from Secrets for it.
 * @throws RangeError when KEDA cannot count them
 */
export const backlogTrigger = ({ app, namespace, eventsPerPod }: Counted, { component, topic, backend }: Backlog): BacklogTrigger => {
  const scaler = scalers[backend.type]
  const item: ItemOf = (name) => {
    const found = backend.metadata.find((one) => one.name === name)
    return name === scaler?.address && found && 'value' in found ? { ...found, value: addressIn(namespace, found.value) } : found
  }
  if (!scaler) throw new RangeError(`autoscaling of app "${app}": eventsPerPod is for ${Object.keys(scalers).join(' and ')}, and ${component} is ${backend.type}; leave it out, or change the backend`)
  if (textOf(item(scaler.address)) === undefined) throw new RangeError(`autoscaling of app "${app}": the address of ${component} is a secret, which KEDA does not read; give it as text, or leave eventsPerPod out`)
  return scaler.triggerOf(app, topic, `${eventsPerPod}`, item)
}
