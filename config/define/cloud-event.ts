import * as z from 'zod'

/** A CloudEvent 1.0 with JSON data, as a service publishes it. */
export const CloudEvent = z.object({
  specversion: z.literal('1.0'),
  id: z.string().meta({ description: 'The same for each delivery of the same event.' }),
  source: z.string().meta({ description: 'The app id of the publisher.' }),
  type: z.string(),
  subject: z.string().meta({ description: 'What the event is about; brokers that order by key (Kafka) keep the order of one subject.' }),
  time: z.iso.datetime(),
  datacontenttype: z.literal('application/json'),
  correlationid: z.string().meta({ description: 'What caused the event, across services.' }),
  data: z.unknown(),
})
export type CloudEvent = Readonly<z.infer<typeof CloudEvent>>
