import { Worker } from 'node:worker_threads'

import type { Picture } from '../graph/picture.ts'

/** Lays graphs out beside everything else. */
export interface Layout {
  /** The SVG of a picture; of one key it is made once. */
  readonly svg: (key: string, picture: Picture) => Promise<string>
  readonly close: () => Promise<void>
}

interface Done {
  readonly id: number
  readonly svg?: string
  readonly why?: string
}

/** Drawings that are kept: the whole graph and those around single apps. */
const mostKept = 100

/** Its file beside this one, which is source in the checkout and JavaScript in the package. */
const workerFile = new URL(import.meta.url.replace(/layout(\.[jt]s)$/, 'layout-worker$1'))

const startWorker = () => {
  const worker = new Worker(workerFile).on('message', ({ id, svg, why }: Done) => {
    const order = orders.get(id)
    orders.delete(id)
    if (svg === undefined) order?.reject(new Error(`the graph cannot be laid out: ${why ?? ''}`))
    else order?.resolve(svg)
  })
  const orders = new Map<number, PromiseWithResolvers<string>>()
  worker.on('error', (error) => {
    for (const { reject } of orders.values()) reject(error)
    orders.clear()
  })
  worker.unref()
  let last = 0
  return {
    lay: (picture: Picture): Promise<string> => {
      const order = Promise.withResolvers<string>()
      last += 1
      orders.set(last, order)
      worker.postMessage({ id: last, picture })
      return order.promise
    },
    end: () => worker.terminate(),
  }
}

/** The thread is started when the first graph is asked for. */
export const createLayout = (): Layout => {
  let worker: ReturnType<typeof startWorker> | undefined
  const kept = new Map<string, Promise<string>>()
  return {
    svg: (key, picture) => {
      const known = kept.get(key)
      if (known) return known
      worker ??= startWorker()
      const made = worker.lay(picture)
      kept.set(key, made)
      made.catch(() => kept.delete(key))
      const [oldest] = kept.keys()
      if (kept.size > mostKept && oldest !== undefined) kept.delete(oldest)
      return made
    },
    close: async () => { await worker?.end() },
  }
}
