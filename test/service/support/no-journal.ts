import { randomUUID } from 'node:crypto'

import type { ChangeGuard } from '../../../service/dapr/index.ts'

/** Guards nothing: changes go straight to the store, and what is to be done afterwards is done at once. */
export const noJournal: ChangeGuard = {
  newKey: randomUUID,
  guard: async (_key, work) => {
    const works: (() => Promise<void>)[] = []
    const result = await work({ save: (send) => send(), leaveUnfinished: () => undefined, afterwards: (one) => { works.push(one) } })
    await Promise.all(works.map((one) => one()))
    return result
  },
}
