import * as z from 'zod'

import { jobName, type JobKind, kindOfJob } from '../../config/define/index.ts'
import type { DeliveryLog } from './event-delivery.ts'
import type { JobHandler, Log } from './handlers.ts'
import { JobPayload } from './jobs.ts'

/** The jobs of an app as it is given them: contracts and handlers, by kind. */
export interface JobDesk {
  readonly app: string
  readonly kinds: Readonly<Record<string, JobKind>>
  readonly handlers: Readonly<Record<string, JobHandler<unknown>>>
}

/** A call of the sidecar with a job. */
export interface JobCall {
  readonly name: string
  readonly body: unknown
  /** Taken where the job says none. */
  readonly correlationId: string
  readonly log: DeliveryLog
}

/** A job that can be handled, or why it cannot. */
type ReadJob = { readonly handler: JobHandler<unknown>; readonly payload: z.infer<typeof JobPayload>; readonly data: unknown } | { readonly broken: string }

const readJob = ({ app, kinds, handlers }: JobDesk, { name, body }: JobCall): ReadJob => {
  const kind = kindOfJob(name, Object.keys(kinds))
  const [declared, handler] = kind === undefined ? [] : [kinds[kind], handlers[kind]]
  if (!declared || !handler) {
    const known = Object.keys(kinds).map((other) => jobName(other, '<id>')).join(', ') || 'none'
    return { broken: `it is of no kind that app "${app}" declares (${known}); declare the kind, or delete the job` }
  }
  const payload = JobPayload.safeParse(body)
  if (!payload.success) return { broken: `its body breaks the contract: ${z.prettifyError(payload.error)}` }
  const data = declared.data.safeParse(payload.data.data)
  return data.success ? { handler, payload: payload.data, data: data.data } : { broken: `its data breaks the contract: ${z.prettifyError(data.error)}` }
}

const run = async ({ handler, payload, data }: Exclude<ReadJob, { broken: string }>, correlationId: string, log: Log): Promise<'done' | 'failed'> => {
  try {
    await handler(data, { id: payload.id, correlationId: payload.correlation_id ?? correlationId, log })
    return 'done'
  } catch (error) {
    log.error({ err: error }, 'Job failed, it will be called again')
    return 'failed'
  }
}

/**
 * Gives a job to the handler of its kind. `failed` lets the scheduler call again, for a job of unknown kind or with broken data too: the next
 * replica that it reaches may be newer. Never throws: the 404 of some error would mean success to Dapr, and the job would be gone.
 */
export const deliverJob = async (desk: JobDesk, call: JobCall): Promise<'done' | 'failed'> => {
  const log = call.log.child({ job: call.name })
  const read = readJob(desk, call)
  if ('broken' in read) {
    log.error({ why: read.broken }, 'Cannot handle a job')
    return 'failed'
  }
  log.info({ data: read.data }, 'Received job')
  return run(read, call.correlationId, log)
}
