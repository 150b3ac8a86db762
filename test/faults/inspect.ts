import { Pool } from 'undici'
import { z } from 'zod'

import type { Effect, StoredTask } from './history.ts'
import type { Stack } from './stack.ts'

const taskKey = /^task-api\|\|(task-[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})$/
const effectKey = /^notification-service\|\|notification-(.+)$/
const page = 200

const pagesOf = <T>(items: readonly T[]): T[][] => Array.from({ length: Math.ceil(items.length / page) }, (_, index) => items.slice(index * page, (index + 1) * page))

const Document = z.looseObject({
  version: z.int(),
  pending: z.array(z.unknown()).default([]),
  deleted_at: z.string().optional(),
  /** There never was a task: recovery stands in the way of a create that may still come. */
  fence: z.boolean().default(false),
  task: z.looseObject({ title: z.string() }).optional(),
})
const Bulk = z.array(z.looseObject({ key: z.string(), data: z.unknown() }))

const storedTasks = (key: string, data: unknown): StoredTask[] => {
  const { version, pending, deleted_at: deletedAt, task, fence } = Document.parse(data)
  if (fence) return []
  return [{ id: key.replace(/^task-/, ''), version, pending: pending.length, deleted: deletedAt !== undefined, ...(task && { title: task.title }) }]
}

/** Keys in the store. Dapr cannot list them, so this asks Redis. */
const keysLike = async (stack: Stack, pattern: string): Promise<string[]> =>
  (await stack.redis(['--scan', '--pattern', pattern])).split('\n').filter(Boolean)

/** Reads every task of the store through a sidecar. */
export const readTasks = async (stack: Stack): Promise<StoredTask[]> => {
  const keys = (await keysLike(stack, 'task-api||task-*')).flatMap((key) => taskKey.exec(key)?.[1] ?? [])
  const pool = new Pool(await stack.sidecarUrl('task-api'))
  try {
    const tasks: StoredTask[] = []
    for (const some of pagesOf(keys)) {
      const { body } = await pool.request({
        method: 'POST', path: '/v1.0/state/statestore/bulk', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ keys: some, parallelism: 10 }),
      })
      tasks.push(...Bulk.parse(await body.json()).filter(({ data }) => data !== undefined && data !== null).flatMap(({ key, data }) => storedTasks(key, data)))
    }
    return tasks
  } finally {
    await pool.close()
  }
}

/** How often each of these keys was written: Dapr's Redis store counts. */
const writesOf = async (stack: Stack, keys: readonly string[]): Promise<number[]> => {
  const input = keys.map((key) => `HGET "${key}" version\n`).join('')
  const lines = (await stack.redis([], input)).split('\n')
  return keys.map((_, index) => Number(lines[index] ?? 0))
}

/** Events whose notification the API shows; those that were seen once are not asked for again. */
export const createEffectReader = (stack: Stack) => {
  const shown = new Set<string>()
  const show = async (pool: Pool, event: string): Promise<void> => {
    const { statusCode, body } = await pool.request({ method: 'GET', path: `/notifications/${encodeURIComponent(event)}` })
    await body.dump()
    if (statusCode === 200) shown.add(event)
  }
  return async (events: readonly string[]): Promise<Effect[]> => {
    const pool = new Pool(stack.urlsOf('notification-service')[0] ?? '', { connections: 32 })
    try {
      for (const some of pagesOf(events.filter((event) => !shown.has(event)))) await Promise.all(some.map((event) => show(pool, event)))
    } finally {
      await pool.close()
    }
    const keys = await keysLike(stack, 'notification-service||notification-*')
    const writes = await writesOf(stack, keys)
    const stored = keys.map((key, index) => ({ event: decodeURIComponent(effectKey.exec(key)?.[1] ?? key), writes: writes[index] ?? 0 }))
    return stored.map(({ event, writes: count }) => ({ event, writes: count, shown: shown.has(event) }))
  }
}
