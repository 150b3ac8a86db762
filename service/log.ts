import type { FastifyServerOptions } from 'fastify'

import type { LineStream } from './joined-lines.ts'

/** One JSON object per line, with ISO times, level names and the app's id. */
export const logOptions = (app: string, level: string, stream: LineStream): NonNullable<FastifyServerOptions['logger']> => ({
  stream,
  level,
  base: { app },
  timestamp: () => `,"time":"${new Date().toISOString()}"`,
  formatters: { level: (label) => ({ level: label }) },
})
