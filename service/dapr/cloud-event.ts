import { z } from 'zod'

/** A CloudEvent 1.0 with JSON data, as a service publishes it. */
export interface CloudEvent {
  readonly specversion: '1.0'
  readonly id: string
  /** The app id of the publisher. */
  readonly source: string
  readonly type: string
  /** What the event is about; brokers that order by key (Kafka) keep the order of one subject. */
  readonly subject: string
  /** ISO 8601. */
  readonly time: string
  readonly datacontenttype: 'application/json'
  /** Extension: what caused the event, across services. */
  readonly correlationid: string
  readonly data: unknown
}

/** A CloudEvent as a sidecar delivers it; tolerant, for any publisher's. */
export const DeliveredEvent = z.object({
  id: z.string().min(1),
  type: z.string().min(1),
  subject: z.string().optional(),
  time: z.iso.datetime({ offset: true }).optional(),
  correlationid: z.string().min(1).optional(),
  traceid: z.string().optional(),
  data: z.unknown(),
})
export type DeliveredEvent = z.infer<typeof DeliveredEvent>
