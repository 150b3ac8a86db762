/** The use of a key by the changes of this replica. */
interface Use {
  /** Changes that hold it, those too of which only something is left to do. */
  holders: number
  /** Changes under way. */
  changing: number
  /** Changes since it is held. */
  begun: number
}

/** A key as one change holds it. */
export interface Hold {
  /** The change is over; what it leaves may still be to do. */
  over(): void
  /** Nothing is left of it. Once. */
  release(): void
  /** Whether no change of the key is under way, and none has begun since the last time that this was asked. False the first time. */
  isQuiet(): boolean
}

/** Keys that changes hold, each as often as there are changes of it at once. */
export interface HeldKeys {
  hold(key: string): Hold
  readonly size: number
  all(): Iterable<string>
}

export const createHeldKeys = (): HeldKeys => {
  const uses = new Map<string, Use>()
  const used = (key: string): Use => {
    const use = uses.get(key) ?? { holders: 0, changing: 0, begun: 0 }
    uses.set(key, use)
    return use
  }
  return {
    hold: (key) => {
      const use = used(key)
      use.holders += 1
      use.changing += 1
      use.begun += 1
      let seen: number | undefined
      return {
        over: () => { use.changing -= 1 },
        release: () => {
          use.holders -= 1
          if (use.holders === 0) uses.delete(key)
        },
        isQuiet: () => {
          const before = seen
          seen = use.begun
          return use.changing === 0 && before === seen
        },
      }
    },
    get size() { return uses.size },
    all: () => uses.keys(),
  }
}
