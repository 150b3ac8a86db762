/**
 * Asks for what changes seldom only so often, and keeps the answer in between, by a key. What fails is not kept.
 * @param keptMs milliseconds
 */
export const remembered = <V>(keptMs: number, now: () => number = Date.now): ((key: string, ask: () => Promise<V>) => Promise<V>) => {
  const kept = new Map<string, { readonly atMs: number; readonly value: V }>()
  return async (key, ask) => {
    const found = kept.get(key)
    if (found && now() - found.atMs < keptMs) return found.value
    kept.delete(key)
    const value = await ask()
    kept.set(key, { atMs: now(), value })
    return value
  }
}
