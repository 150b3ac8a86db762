import { z } from 'zod'

import { methodRoute } from '../../config/define/index.ts'
import { componentError, invocationError } from './answer-errors.ts'
import { createTransport, type HttpSidecarOptions, type SidecarAnswer, type SidecarCall } from './http-transport.ts'
import { ComponentFailed, ShapeMismatch } from './sidecar-errors.ts'
import type { Precondition, SaveOptions, Sidecar } from './sidecar.ts'

const Metadata = z.object({ components: z.array(z.object({ name: z.string(), type: z.string() })).default([]) })
const ScheduledJob = z.object({
  dueTime: z.string().exactOptional(),
  schedule: z.string().exactOptional(),
  ttl: z.string().exactOptional(),
  data: z.object({ value: z.unknown() }),
})
const Secret = z.record(z.string(), z.string())

const storeTarget = (store: string): string => `state store "${store}"`
const segment = encodeURIComponent
const statePath = (store: string, key: string): string => `/v1.0/state/${segment(store)}/${segment(key)}?consistency=strong`

/** First-write protects a key only when every write to it is first-write, so there is no other. */
const stateItem = (key: string, value: unknown, precondition: Precondition, { ttlSeconds }: SaveOptions) => ({
  key,
  value,
  ...('etag' in precondition ? { etag: precondition.etag } : {}),
  options: { concurrency: 'first-write', consistency: 'strong' },
  ...(ttlSeconds === undefined ? {} : { metadata: { ttlInSeconds: String(ttlSeconds) } }),
})

const jobPath = (name: string): string => `/v1.0/jobs/${segment(name)}`
const jobTarget = (name: string): string => `job "${name}"`

/** Dapr answers 500 where there is no such job, and says so in the text alone. */
const isNoJob = (error: unknown): boolean => error instanceof ComponentFailed && error.reason.includes('job not found')

const jsonOf = (text: string, target: string): unknown => {
  try {
    return text === '' ? undefined : JSON.parse(text)
  } catch {
    throw new ShapeMismatch(target, 'the answer is not JSON')
  }
}

const parsed = <T>(schema: z.ZodType<T>, text: string, target: string): T => {
  const result = schema.safeParse(jsonOf(text, target))
  if (!result.success) throw new ShapeMismatch(target, z.prettifyError(result.error))
  return result.data
}

/** The sidecar over its HTTP API. Each call takes at most `callMs`, and no longer than the time budget around it leaves. */
export const createHttpSidecar = (options: HttpSidecarOptions): Sidecar => {
  const transport = createTransport(options)
  const ask = async (call: SidecarCall, errorOf = componentError): Promise<SidecarAnswer> => {
    const answer = await transport.call(call)
    if (answer.status < 200 || answer.status > 299) throw errorOf(answer, call.target)
    return answer
  }
  return {
    getState: async (store, key) => {
      const target = storeTarget(store)
      const { status, etag, text } = await ask({ method: 'GET', path: statePath(store, key), target })
      if (status === 204) return undefined
      if (etag === undefined) throw new ComponentFailed(target, 'the store gives no ETag; use one that does')
      return { value: jsonOf(text, target), etag }
    },
    saveState: async (store, key, value, precondition, saveOptions = {}) => {
      const body = [stateItem(key, value, precondition, saveOptions)]
      await ask({ method: 'POST', path: `/v1.0/state/${segment(store)}`, target: storeTarget(store), body })
    },
    deleteState: async (store, key, etag) => {
      const path = `${statePath(store, key)}&concurrency=first-write`
      await ask({ method: 'DELETE', path, target: storeTarget(store), headers: { 'if-match': etag } })
    },
    publish: async (pubsub, topic, event) => {
      const path = `/v1.0/publish/${segment(pubsub)}/${segment(topic)}?metadata.partitionKey=${segment(event.subject)}`
      const headers = { 'content-type': 'application/cloudevents+json' }
      await ask({ method: 'POST', path, target: `topic "${topic}" of pubsub "${pubsub}"`, headers, body: event })
    },
    invoke: async (app, method, request) => {
      const target = `method "${method}" of app "${app}"`
      const path = `/v1.0/invoke/${segment(app)}/method${methodRoute(segment(method))}`
      const { text } = await ask({ method: 'POST', path, target, body: request, ms: options.invocationMs }, invocationError)
      return jsonOf(text, target)
    },
    secret: async (store, name) => {
      const target = `secret "${name}" of secret store "${store}"`
      const { text } = await ask({ method: 'GET', path: `/v1.0/secrets/${segment(store)}/${segment(name)}`, target })
      return parsed(Secret, text, target)
    },
    scheduleJob: async (name, job, { intervalSeconds, maxRetries }) => {
      const failurePolicy = { constant: { interval: `${intervalSeconds}s`, maxRetries } }
      await ask({ method: 'POST', path: jobPath(name), target: jobTarget(name), body: { ...job, overwrite: true, failurePolicy } })
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
