import { DaprClient, HttpMethod, StateConcurrencyEnum, StateConsistencyEnum } from '@dapr/dapr'
import * as z from 'zod'

import { componentError, invocationError } from './answer-errors.ts'
import { segment } from './ask.ts'
import { createHttpSidecar } from './http-sidecar.ts'
import type { HttpSidecarOptions } from './http-transport.ts'
import { ComponentFailed, ShapeMismatch, SidecarError, SidecarUnavailable } from './sidecar-errors.ts'
import type { Precondition, SaveOptions, Sidecar, StoredValue } from './sidecar.ts'
import { remainingMs } from './time-budget.ts'

const nothing = (): void => undefined
/** It would log every conflict as an error. */
const silent = { error: nothing, warn: nothing, info: nothing, verbose: nothing, debug: nothing }

/** What it throws, or returns instead of throwing: an error with this as JSON for its message. */
const Failure = z.object({ error_msg: z.unknown(), status: z.number() })

type ErrorOf = typeof componentError

/** An answer that was no success, or none at all. */
const sidecarError = (error: unknown, target: string, errorOf: ErrorOf): SidecarError => {
  const message = error instanceof Error ? error.message : String(error)
  try {
    const { status, error_msg: text } = Failure.parse(JSON.parse(message))
    return errorOf({ status, etag: undefined, text: typeof text === 'string' ? text : JSON.stringify(text) }, target)
  } catch {
    return new SidecarUnavailable(target, message)
  }
}

/** It has no time-outs of its own, and what it was asked goes on when nobody waits any more. */
const inTime = async <T>(work: Promise<T>, target: string, callMs: number): Promise<T> => {
  const ms = Math.floor(Math.min(callMs, remainingMs()))
  let timer: NodeJS.Timeout | undefined
  const tooLate = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => { reject(new SidecarUnavailable(target, `no answer within ${ms} ms`)) }, ms)
  })
  return Promise.race([work, tooLate]).finally(() => { clearTimeout(timer) })
}

const Items = z.array(z.object({ key: z.string(), data: z.unknown().optional(), etag: z.string().optional(), error: z.string().optional() })).length(1)

const valueIn = (answer: unknown, target: string): StoredValue | undefined => {
  const { data: items } = Items.safeParse(answer)
  const [item] = items ?? []
  if (!item) throw new ShapeMismatch(target, 'the answer is not a list of one item')
  if (item.error !== undefined) throw new ComponentFailed(target, item.error)
  if (item.data === undefined) return undefined
  if (item.etag === undefined) throw new ComponentFailed(target, 'the store gives no ETag; use one that does')
  return { value: item.data, etag: item.etag }
}

const firstWrite = { concurrency: StateConcurrencyEnum.CONCURRENCY_FIRST_WRITE, consistency: StateConsistencyEnum.CONSISTENCY_STRONG } as const

const savedItem = (key: string, value: unknown, precondition: Precondition, { ttlSeconds }: SaveOptions) => ({
  key,
  value,
  ...('etag' in precondition && { etag: precondition.etag }),
  options: firstWrite,
  ...(ttlSeconds !== undefined && { metadata: { ttlInSeconds: String(ttlSeconds) } }),
})

const Components = z.object({ components: z.array(z.object({ name: z.string(), type: z.string() })).default([]) })
const Secret = z.record(z.string(), z.string())

const parsed = <T>(schema: z.ZodType<T>, value: unknown, target: string): T => {
  const result = schema.safeParse(value)
  if (!result.success) throw new ShapeMismatch(target, z.prettifyError(result.error))
  return result.data
}

/**
 * The sidecar over Dapr's own client (`@dapr/dapr`, by HTTP). What that client lacks goes over our own: jobs and the outbound health. Its
 * single reads have no ETags, so it reads one key in bulk; its calls carry no trace, except invocations.
 */
export const createSdkSidecar = (options: HttpSidecarOptions): Sidecar => {
  const { origin, apiToken, callMs, invocationMs = callMs } = options
  const { hostname, port } = new URL(origin)
  const client = new DaprClient({ daprHost: hostname, daprPort: port, logger: { service: silent }, ...(apiToken !== undefined && { daprApiToken: apiToken }) })
  const own = createHttpSidecar(options)
  const ask = async <T>(target: string, work: () => Promise<T>, errorOf: ErrorOf = componentError, ms = callMs): Promise<T> => {
    if (remainingMs() <= 0) throw new SidecarUnavailable(target, 'the time budget of the request is used up')
    try {
      return await inTime(work(), target, ms)
    } catch (error) {
      throw error instanceof SidecarError ? error : sidecarError(error, target, errorOf)
    }
  }
  /** Saves, removals and events give their error back. */
  const tell = async (target: string, work: () => Promise<{ error?: Error }>): Promise<void> => {
    await ask(target, async () => {
      const { error } = await work()
      if (error) throw error
    })
  }
  const storeTarget = (store: string): string => `state store "${store}"`
  return {
    ...own,
    getState: async (store, key) => valueIn(await ask(storeTarget(store), () => client.state.getBulk(store, [key])), storeTarget(store)),
    saveState: (store, key, value, precondition, saveOptions = {}) =>
      tell(storeTarget(store), () => client.state.save(store, [savedItem(key, value, precondition, saveOptions)])),
    deleteState: (store, key, etag) => tell(storeTarget(store), () => client.state.delete(store, segment(key), { etag, ...firstWrite })),
    publish: (pubsub, topic, event) =>
      tell(`topic "${topic}" of pubsub "${pubsub}"`, () =>
        client.pubsub.publish(pubsub, topic, event, { contentType: 'application/cloudevents+json', metadata: { partitionKey: event.subject } }),
      ),
    invoke: (app, method, request) =>
      ask(`method "${method}" of app "${app}"`, () => client.invoker.invoke(app, segment(method), HttpMethod.POST, request as object), invocationError, invocationMs), // methods take objects
    secret: async (store, name) => {
      const target = `secret "${name}" of secret store "${store}"`
      return parsed(Secret, await ask(target, () => client.secret.get(store, segment(name))), target)
    },
    components: async () => {
      const target = 'the list of its components'
      return parsed(Components, await ask(target, () => client.metadata.get()), target).components
    },
    close: async () => {
      await Promise.all([client.stop(), own.close()])
    },
  }
}
