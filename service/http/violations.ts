import type { FastifyError } from 'fastify'

import type { RequestViolation } from './problems.ts'

const names = new Map([['querystring', 'query']])

/** An unknown key is a violation where the key stands, one for each. */
const unknownKeys = (params: Readonly<Record<string, unknown>>): string[] => {
  const { keys } = params
  return Array.isArray(keys) ? keys.map(String) : []
}

/** Every violation of a request's schema that an error reports; empty for other errors. */
export const violationsOf = ({ validation = [], validationContext = 'body' }: Partial<FastifyError>): RequestViolation[] => {
  const part = names.get(validationContext) ?? validationContext
  return validation.flatMap(({ instancePath, message = 'is not valid', params, keyword }) => {
    const path = `/${part}${instancePath === '/' ? '' : instancePath}`
    return keyword === 'unrecognized_keys'
      ? unknownKeys(params).map((key) => ({ path: `${path}/${key}`, message: 'Unknown field' }))
      : [{ path, message }]
  })
}
