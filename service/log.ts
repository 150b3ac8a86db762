import type { FastifyServerOptions } from 'fastify'

/** One JSON object per line on stdout, with ISO times, level names and the app's id. */
export const logOptions = (app: string, level: string): NonNullable<FastifyServerOptions['logger']> => ({
  level,
  base: { app },
  timestamp: () => `,"time":"${new Date().toISOString()}"`,
  formatters: { level: (label) => ({ level: label }) },
})
