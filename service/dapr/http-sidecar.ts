import * as z from 'zod'

import { methodRoute } from '../../config/define/index.ts'
import { invocationError } from './answer-errors.ts'
import { askOver, jsonOf, segment } from './ask.ts'
import { createHttpPublishing } from './http-publishing.ts'
import { createHttpState } from './http-state.ts'
import { createTransport, type HttpSidecarOptions } from './http-transport.ts'
import { ComponentFailed, ShapeMismatch } from './sidecar-errors.ts'
import type { Sidecar } from './sidecar.ts'

const Metadata = z.object({ components: z.array(z.object({ name: z.string(), type: z.string() })).default([]) })
const ScheduledJob = z.object({
  dueTime: z.string().exactOptional(),
  schedule: z.string().exactOptional(),
  ttl: z.string().exactOptional(),
  data: z.object({ value: z.unknown() }),
})
const Secret = z.record(z.string(), z.string())

const jobPath = (name: string): string => `/v1.0/jobs/${segment(name)}`
const jobTarget = (name: string): string => `job "${name}"`

/** Dapr answers 500 where there is no such job, and says so in the text alone. */
const isNoJob = (error: unknown): boolean => error instanceof ComponentFailed && error.reason.includes('job not found')

const parsed = <T>(schema: z.ZodType<T>, text: string, target: string): T => {
  const result = schema.safeParse(jsonOf(text, target))
  if (!result.success) throw new ShapeMismatch(target, z.prettifyError(result.error))
  return result.data
}

/** Makes what a name stands for when it is first asked for, and keeps it. */
const kept = <T>(make: (...names: readonly [string, string]) => T): ((first: string, second: string) => T) => {
  const all = new Map<string, T>()
  return (first, second) => {
    const name = `${first}/${second}`
    const known = all.get(name)
    if (known !== undefined) return known
    const made = make(first, second)
    all.set(name, made)
    return made
  }
}

/** The sidecar over its HTTP API. Each call takes at most `callMs`, and no longer than the time budget around it leaves. */
export const createHttpSidecar = (options: HttpSidecarOptions): Sidecar => {
  const { callMs, batches = true } = options
  const transport = createTransport(options)
  const ask = askOver(transport)
  const stateOf = kept((store) => createHttpState({ store, transport, callMs, batches }))
  const publishingOf = kept((pubsub, topic) => createHttpPublishing({ pubsub, topic, transport, callMs, batches }))
  return {
    getState: (store, key) => stateOf(store, '').read(key),
    saveState: (store, key, value, precondition, saveOptions = {}) => stateOf(store, '').save(key, value, precondition, saveOptions),
    deleteState: (store, key, etag) => stateOf(store, '').delete(key, etag),
    publish: (pubsub, topic, event) => publishingOf(pubsub, topic)(event),
    invoke: async (app, method, request) => {
      const target = `method "${method}" of app "${app}"`
      const path = `/v1.0/invoke/${segment(app)}/method${methodRoute(segment(method))}`
      const { text } = await ask({ method: 'POST', path, target, body: JSON.stringify(request), ms: options.invocationMs }, invocationError)
      return jsonOf(text, target)
    },
    secret: async (store, name) => {
      const target = `secret "${name}" of secret store "${store}"`
      const { text } = await ask({ method: 'GET', path: `/v1.0/secrets/${segment(store)}/${segment(name)}`, target })
      return parsed(Secret, text, target)
    },
    scheduleJob: async (name, job, { intervalSeconds, maxRetries }) => {
      const failurePolicy = { constant: { interval: `${intervalSeconds}s`, maxRetries } }
      await ask({ method: 'POST', path: jobPath(name), target: jobTarget(name), body: JSON.stringify({ ...job, overwrite: true, failurePolicy }) })
    },
    deleteJob: async (name) => {
      await ask({ method: 'DELETE', path: jobPath(name), target: jobTarget(name) })
    },
    getJob: async (name) => {
      const target = jobTarget(name)
      try {
        const { text } = await ask({ method: 'GET', path: jobPath(name), target })
        const { data, ...job } = parsed(ScheduledJob, text, target)
        return { ...job, data: data.value }
      } catch (error) {
        if (isNoJob(error)) return undefined
        throw error
      }
    },
    outboundHealthy: async () => (await transport.call({ method: 'GET', path: '/v1.0/healthz/outbound', target: 'its health' })).status === 204,
    components: async () => {
      const target = 'the list of its components'
      const { text } = await ask({ method: 'GET', path: '/v1.0/metadata', target })
      return parsed(Metadata, text, target).components
    },
    close: () => transport.close(),
  }
}
