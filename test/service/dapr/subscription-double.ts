import { z } from 'zod'

import type { DeliveryLog } from '../../../service/dapr/event-delivery.ts'
import type { DeadLetterDesk } from '../../../service/dapr/dead-letters.ts'
import { failureNotes } from '../../../service/dapr/failure-notes.ts'
import { handledMarks } from '../../../service/dapr/handled-marks.ts'
import { type EventHandler, ignore, stateStore } from '../../../service/dapr/index.ts'
import { memorySidecar } from '../support/memory-sidecar.ts'

/** A log that keeps its lines; a narrowed log adds one of level `child`. */
export const recordingLog = () => {
  const lines: { level: string; fields: object; message: string }[] = []
  const at = (level: string) => (fields: object, message: string) => { lines.push({ level, fields, message }) }
  const log = { debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error'), child: (fields: object) => { lines.push({ level: 'child', fields, message: '' }); return log } }
  return { lines, log: log as unknown as DeliveryLog } // pino's overloads are wider than what deliver uses
}

/** The subscription of `billing` to `orders`, of which it handles one type and ignores another, over a sidecar in memory. */
export const ordersDesk = (handler: EventHandler<unknown>) => {
  const sidecar = memorySidecar()
  const state = stateStore(sidecar, 'store')
  const placed = z.object({ n: z.int() })
  const desk: DeadLetterDesk = {
    app: 'billing',
    topic: 'orders',
    events: { 'order.placed': placed, 'order.seen': placed },
    handlers: { 'order.placed': handler, 'order.seen': ignore },
    state,
    marks: handledMarks(state, 'orders', { add: (work) => { void work() }, finish: async () => undefined }),
    failures: failureNotes(state, 'orders'),
  }
  return { desk, sidecar, state }
}

export const orderPlaced = { specversion: '1.0', id: 'e-1', type: 'order.placed', time: '2026-01-01T00:00:00Z', subject: 'o-1', correlationid: 'c-1', data: { n: 1, more: true } }

/** A dead letter as Dapr delivers it where a subscription asks for raw payloads. */
export const raw = (carried: unknown) => ({
  specversion: '1.0',
  id: 'a random id',
  type: 'com.dapr.event.sent',
  data_base64: Buffer.from(typeof carried === 'string' ? carried : JSON.stringify(carried)).toString('base64'),
})
