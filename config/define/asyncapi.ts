import * as z from 'zod'

import { CloudEvent } from './cloud-event.ts'
import { graphOf, type TopicNode } from './graph.ts'
import type { AnyStack } from './stack.ts'

/** AsyncAPI's words for what an app does with a topic. */
const actions = { publishes: 'send', subscribes: 'receive' } as const
type Deed = keyof typeof actions
type Action = (typeof actions)[Deed]

type Reference = Readonly<Record<'$ref', string>>

/** An AsyncAPI 3.0 document, as far as it is made here. */
export interface AsyncApi {
  readonly asyncapi: '3.0.0'
  readonly info: Readonly<Record<'title' | 'version' | 'description', string>>
  readonly defaultContentType: string
  readonly channels: Readonly<Record<string, { readonly address: string; readonly description: string; readonly messages: Readonly<Record<string, Message>> }>>
  readonly operations: Readonly<Record<string, { readonly action: Action; readonly channel: Reference; readonly summary: string }>>
}

interface Message {
  readonly name: string
  readonly contentType: string
  readonly payload: Readonly<Record<string, unknown>>
}

const contentType = 'application/cloudevents+json'

/** The event as its readers see it: fields that they do not know pass. */
const payloadOf = (type: string, data: z.ZodType): Readonly<Record<string, unknown>> => {
  const { $schema: _draft, ...schema } = z.toJSONSchema(CloudEvent.extend({ type: z.literal(type), data }), { io: 'input', unrepresentable: 'any' })
  return schema
}

const channelOf = ({ name, pubsub }: TopicNode, events: Readonly<Record<string, z.ZodType>>) => ({
  address: name,
  description: `Carried by the pubsub component "${pubsub}".`,
  messages: Object.fromEntries(Object.entries(events).map(([type, data]) => [type, { name: type, contentType, payload: payloadOf(type, data) }])),
})

const operation = (deed: Deed, app: string, topic: string) => ({
  action: actions[deed],
  channel: { $ref: `#/channels/${topic}` },
  summary: `${app} ${deed} to ${topic}`,
})

const operationsOf = ({ name, publishers, subscribers }: TopicNode) => [
  ...publishers.map((app) => [`${app}-sends-${name}`, operation('publishes', app, name)] as const),
  ...subscribers.map((app) => [`${app}-receives-${name}`, operation('subscribes', app, name)] as const),
]

/** The topics of a stack, their events and who publishes and subscribes, as an AsyncAPI 3.0 document. Pure. */
export const asyncApiOf = (stack: AnyStack): AsyncApi => {
  const { topics } = graphOf(stack)
  return {
    asyncapi: '3.0.0',
    info: { title: 'Events', version: '1.0.0', description: 'Every event is a CloudEvent 1.0 in JSON; `data` is what the topic declares for its type.' },
    defaultContentType: contentType,
    channels: Object.fromEntries(topics.map((topic) => [topic.name, channelOf(topic, stack.topics[topic.name]?.events ?? {})])),
    operations: Object.fromEntries(topics.flatMap(operationsOf)),
  }
}
