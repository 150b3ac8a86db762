import type { FastifyServerOptions } from 'fastify'

const unused = (): never => {
  throw new TypeError('a schema that is not of zod has no compiler')
}

/** In the place of the compilers that Fastify would load, with 3 MB of memory: all our schemas are zod's. Bundles leave those out, so every Fastify app needs it. */
export const noCompilers: NonNullable<FastifyServerOptions['schemaController']> = { compilersFactory: { buildValidator: unused, buildSerializer: unused } }
