/** Keys that nobody has used yet, which are in the journal ahead of their first save. */
export interface SpareKeys {
  /** All that there are after as many were made as are missing. */
  fill(): readonly string[]
  clear(): void
  /** The next one, if it is fit for use. */
  take(isFit: (key: string) => boolean): string | undefined
  /** Whether half of them are taken. */
  readonly areLow: boolean
}

export const createSpareKeys = (count: number, newKey: () => string): SpareKeys => {
  let keys: readonly string[] = []
  return {
    fill: () => (keys = [...keys, ...Array.from({ length: count - keys.length }, newKey)]),
    clear: () => { keys = [] },
    take: (isFit) => {
      const [key, ...others] = keys
      if (key === undefined || !isFit(key)) return undefined
      keys = others
      return key
    },
    get areLow() { return keys.length < count / 2 },
  }
}
