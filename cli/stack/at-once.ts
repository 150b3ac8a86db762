/** Does the work for each item, at most `limit` at a time; answers in the order of the items. The first failure ends it. */
export const atOnce = async <T, R>(items: readonly T[], limit: number, work: (item: T) => Promise<R>): Promise<R[]> => {
  const results: R[] = []
  const left = items.entries()
  const worker = async (): Promise<void> => {
    for (const [index, item] of left) results[index] = await work(item)
  }
  await Promise.all(Array.from({ length: Math.min(limit, items.length) }, worker))
  return results
}

/** Requests to a cluster that run beside each other. */
export const requestsAtOnce = 16
