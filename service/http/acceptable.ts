import type { onRequestHookHandler } from 'fastify'

import { Problem } from './problems.ts'

const json = new Set(['application/json', 'application/*', '*/*'])

/** Whether an `Accept` header (RFC 9110, 12.5.1) admits JSON; a range with `q=0` is one that is not wanted. */
export const acceptsJson = (header: string | undefined): boolean =>
  header === undefined ||
  header.trim() === '' ||
  header.split(',').some((part) => {
    const [range = '', ...parameters] = part.split(';').map((text) => text.trim().toLowerCase())
    return json.has(range) && !parameters.some((parameter) => /^q=0(\.0*)?$/.test(parameter))
  })

/** Refuses requests to routes that answer with JSON and that do not accept it. */
export const requireJsonAccepted: onRequestHookHandler = ({ headers: { accept }, routeOptions }, _reply, done) => {
  const refused = routeOptions.schema?.response !== undefined && !acceptsJson(accept)
  done(refused ? new Problem('not-acceptable', `Accept: ${accept ?? ''} leaves out application/json, and there is nothing else`) : undefined)
}
