/** Publishes what the document under a key holds unpublished and sees to it that no save that was sent earlier can land. Rejects if it has to be done again. */
export type Complete = (key: string) => Promise<void>

export interface Completion {
  readonly done: readonly string[]
  /** What is left to do: keys that were not tried first, those that failed last. */
  readonly left: readonly string[]
  /** Why the first of those failed that failed. */
  readonly error?: unknown
}

const lanes = 8
/** When so many keys failed, the store or the broker is away: the rest is left for later. */
const patience = 8

/** Completes keys, some at once. Never rejects. */
export const completeAll = async (keys: readonly string[], complete: Complete): Promise<Completion> => {
  const queue = [...keys]
  const done: string[] = []
  const failed: { key: string; error: unknown }[] = []
  const lane = async (): Promise<void> => {
    while (failed.length < patience) {
      const key = queue.shift()
      if (key === undefined) return
      await complete(key).then(() => done.push(key), (error: unknown) => failed.push({ key, error }))
    }
  }
  await Promise.all(Array.from({ length: lanes }, lane))
  const left = [...queue, ...failed.map(({ key }) => key)]
  return failed[0] ? { done, left, error: failed[0].error } : { done, left }
}
