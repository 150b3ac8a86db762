import { z } from 'zod'

import { readable } from '../local/log-line.ts'
import type { Line } from './place.ts'

/** A line of a log, as far as the binding's services write fields of theirs. */
export interface LogEntry extends Line {
  /** The line as a person reads it. */
  readonly said: string
  readonly eventId?: string | undefined
  readonly eventType?: string | undefined
  readonly level?: string | undefined
  /** What an error says. */
  readonly error?: string | undefined
  /** Whether it only tells that somebody read something, by the sidecar's API. */
  readonly isReading: boolean
}

const Fields = z.object({
  msg: z.string(),
  level: z.string().optional(),
  event_id: z.string().optional(),
  event_type: z.string().optional(),
  /** Of a call of the sidecar's API: the HTTP method and path. */
  method: z.string().optional(),
  code: z.union([z.string(), z.number()]).optional(),
  err: z.looseObject({ message: z.string(), reason: z.string().optional() }).optional(),
})

const fieldsOf = (text: string): z.infer<typeof Fields> | undefined => {
  if (!text.startsWith('{')) return undefined
  try {
    return Fields.safeParse(JSON.parse(text)).data
  } catch {
    return undefined
  }
}

const longest = 300
const cut = (text: string): string => (text.length <= longest ? text : `${text.slice(0, longest - 1)}…`)

/** Reads a line. Pure. */
export const logEntry = (line: Line): LogEntry => {
  const fields = fieldsOf(line.text)
  if (!fields) return { ...line, said: cut(readable(line.text)), isReading: false }
  const { msg, level, event_id: eventId, event_type: eventType, err, method, code } = fields
  const error = err && [err.message, err.reason].filter((part) => part !== undefined && part !== '').join(': ')
  const said = [level === undefined || level === 'info' ? '' : `${level}: `, msg, eventId === undefined ? '' : ` (${eventType ?? 'event'} ${eventId})`, method === undefined ? '' : `: ${method} ${code ?? ''}`, error === undefined ? '' : `: ${error}`].join('')
  return { ...line, said: cut(said), eventId, eventType, level, error, isReading: method?.startsWith('GET ') ?? false }
}

const traceId = /"correlation_?id":"([0-9a-f]{32})"/g

/** Trace ids that lines say. Pure. */
export const tracesIn = (lines: readonly Line[]): string[] => [...new Set(lines.flatMap(({ text }) => [...text.matchAll(traceId)].flatMap(([, id = '']) => id)))]
