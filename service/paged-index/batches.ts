import { remainingMs, SidecarUnavailable, withTimeBudget } from '../dapr/index.ts'

/** Waits until the work of a key has taken an item in; rejects with what the work threw. */
export type Batched<T> = (key: string, item: T) => Promise<void>

interface Waiting<T> {
  readonly item: T
  readonly done: () => void
  readonly failed: (reason: unknown) => void
}

/** A batch serves many requests: none of them bounds it, and none waits for it longer than its own time. */
const inTime = (target: string, wait: (done: () => void, failed: (reason: unknown) => void) => void): Promise<void> => {
  const ms = remainingMs()
  let timer: NodeJS.Timeout | undefined
  const result = new Promise<void>((resolve, reject) => {
    wait(resolve, reject)
    if (ms !== Infinity) timer = setTimeout(() => { reject(new SidecarUnavailable(target, 'the time budget of the request is used up')) }, ms)
  })
  return result.finally(() => { clearTimeout(timer) })
}

/** Does the work of a key for several items at once, at most `most`: those that come while the work of the ones before is under way. */
export const createBatches = <T>(most: number, work: (key: string, items: readonly T[]) => Promise<void>): Batched<T> => {
  const queues = new Map<string, Waiting<T>[]>()

  const run = async (key: string, queue: Waiting<T>[]): Promise<void> => {
    while (queue.length > 0) {
      const batch = queue.splice(0, most)
      await work(key, batch.map(({ item }) => item)).then(
        () => { for (const { done } of batch) done() },
        (error: unknown) => { for (const { failed } of batch) failed(error) },
      )
    }
    queues.delete(key)
  }

  return (key, item) =>
    inTime(`list "${key}"`, (done, failed) => {
      const waiting = { item, done, failed }
      const queue = queues.get(key)
      if (queue) {
        queue.push(waiting)
        return
      }
      const own = [waiting]
      queues.set(key, own)
      void withTimeBudget(Infinity, () => run(key, own))
    })
}
