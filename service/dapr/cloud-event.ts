import * as z from 'zod'

export type { CloudEvent } from '../../config/define/index.ts'

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
