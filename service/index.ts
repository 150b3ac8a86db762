export type { ZodTypeProvider } from 'fastify-type-provider-zod'

export * from './dapr/index.ts'
export * from './http/index.ts'
export * from './paged-index/index.ts'
export * from './run.ts'
export * from './service-app.ts'
export { type JwtSettings, SettingsError } from './settings.ts'
