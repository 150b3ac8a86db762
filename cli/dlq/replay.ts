import { z } from 'zod'

import type { DeadLetter } from '../../config/define/index.ts'
import { DlqError, exitCodes } from './errors.ts'
import type { Shelf } from './shelf.ts'
import type { Message } from './sidecar.ts'

const CloudEvent = z.looseObject({ specversion: z.string(), id: z.string(), type: z.string(), subject: z.string().optional(), expiration: z.string().optional() })

const asEvent = ({ subject, id }: z.infer<typeof CloudEvent>, body: Message['body']): Message => ({
  contentType: 'application/cloudevents+json',
  body,
  metadata: { partitionKey: subject ?? id },
})

const asBytes = (body: Message['body']): Message => ({ contentType: 'application/octet-stream', body, metadata: { rawPayload: 'true' } })

const parsed = (bytes: Uint8Array): unknown => {
  try {
    return JSON.parse(new TextDecoder().decode(bytes))
  } catch {
    return undefined
  }
}

/** The message that was refused, as its publisher sent it: a CloudEvent under its own id, or bytes that are none. One that expired no longer does. */
export const messageOf = ({ event, bytes }: DeadLetter): Message => {
  if (bytes !== undefined) {
    const body = Uint8Array.from(Buffer.from(bytes, 'base64'))
    const { data } = CloudEvent.safeParse(parsed(body))
    return data ? asEvent(data, body) : asBytes(body)
  }
  const { data } = CloudEvent.safeParse(event)
  if (!data) return asBytes(JSON.stringify(event))
  const { expiration: _, ...lasting } = data
  return asEvent(data, JSON.stringify(lasting))
}

/** Publishes a dead letter's event on its topic; returns when the broker has it. */
export const republish = async ({ app, topic, pubsub, publisher }: Shelf, letter: DeadLetter): Promise<void> => {
  const sidecar = await publisher()
  try {
    await sidecar.publish(pubsub, topic, messageOf(letter))
  } catch (error) {
    if (!(error instanceof DlqError)) throw error
    throw new DlqError(`${error.message}; the dead letter stays with ${app}`, exitCodes.notDone)
  }
}
