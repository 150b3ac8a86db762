import * as z from 'zod'

import { type Ask, askOver, isSuccess, jsonOf, segment } from './ask.ts'
import { isTraceSampled } from './begun-traces.ts'
import type { CloudEvent } from './cloud-event.ts'
import { coalesce, type Outcome } from './coalescing/coalesce.ts'
import type { SidecarAnswer, Transport } from './http-transport.ts'
import { ComponentFailed } from './sidecar-errors.ts'

/** An event as JSON, with what it is about. */
interface SentEvent {
  readonly subject: string
  readonly json: string
}

const contentType = 'application/cloudevents+json'

const Failures = z.object({ failedEntries: z.array(z.object({ entryId: z.string(), error: z.string().default('') })).min(1) })

/** The events that were not published, by their place in the batch; undefined where the answer does not name them. */
const failuresIn = (answer: SidecarAnswer, target: string): ReadonlyMap<string, string> | undefined => {
  if (isSuccess(answer)) return new Map()
  try {
    const { data } = Failures.safeParse(jsonOf(answer.text, target))
    return data && new Map(data.failedEntries.map(({ entryId, error }) => [entryId, error]))
  } catch {
    return undefined
  }
}

const entryOf = ({ subject, json }: SentEvent, index: number): string =>
  `{"entryId":"${index}","contentType":"${contentType}","metadata":{"partitionKey":${JSON.stringify(subject)}},"event":${json}}`

const publishTogether = (transport: Transport, path: string, target: string) => async (events: readonly SentEvent[]) => {
  const answer = await transport.call({ method: 'POST', path: `/v1.0/publish/bulk/${path}`, target, body: `[${events.map(entryOf).join(',')}]` })
  const failures = failuresIn(answer, target)
  return (_event: SentEvent, index: number): Outcome<void> => {
    if (!failures) return 'alone'
    const error = failures.get(`${index}`)
    return error === undefined ? { value: undefined } : { error: new ComponentFailed(target, error) }
  }
}

const publishAlone = (ask: Ask, path: string, target: string) => async ({ subject, json }: SentEvent): Promise<void> => {
  await ask({ method: 'POST', path: `/v1.0/publish/${path}?metadata.partitionKey=${segment(subject)}`, target, headers: { 'content-type': contentType }, body: json })
}

export interface HttpPublishingOptions {
  readonly pubsub: string
  readonly topic: string
  readonly transport: Transport
  readonly callMs: number
  /** Whether events that come at the same time are joined. */
  readonly batches: boolean
}

/** Publishes the events of one topic. */
export const createHttpPublishing = ({ pubsub, topic, transport, callMs, batches }: HttpPublishingOptions): ((event: CloudEvent) => Promise<void>) => {
  const target = `topic "${topic}" of pubsub "${pubsub}"`
  const path = `${segment(pubsub)}/${segment(topic)}`
  const alone = publishAlone(askOver(transport), path, target)
  const send = batches
    ? coalesce({ target, callMs, isApart: isTraceSampled, alone, together: publishTogether(transport, path, target), sizeOf: ({ json }) => Buffer.byteLength(json) })
    : alone
  return (event) => send({ subject: event.subject, json: JSON.stringify(event) })
}
