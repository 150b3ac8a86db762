import type { Watch } from './source.ts'

/** Tells everybody who looks what is new; while nobody does, nothing is asked. */
export interface Hub<T> {
  /** Sends what is known at once and then whenever something is new, until the function that it gives is called. */
  readonly subscribe: (send: (value: T) => void) => () => void
  readonly close: () => void
}

/** @param value what is known now */
export const hubOf = <T>(watches: readonly Watch[], value: () => T): Hub<T> => {
  const readers = new Set<(value: T) => void>()
  let looking: AbortController | undefined
  const tell = (): void => {
    const now = value()
    for (const send of readers) send(now)
  }
  const start = (): void => {
    const { signal } = (looking = new AbortController())
    for (const watch of watches) void watch.run(signal, tell)
  }
  const stop = (): void => {
    looking?.abort()
    looking = undefined
  }
  return {
    subscribe: (send) => {
      readers.add(send)
      send(value())
      if (!looking) start()
      return () => {
        readers.delete(send)
        if (readers.size === 0) stop()
      }
    },
    close: () => {
      readers.clear()
      stop()
    },
  }
}
