import type { ChangeGuard } from '../../../service/dapr/index.ts'

/** Guards nothing: changes go straight to the store. */
export const noJournal: ChangeGuard = {
  guard: (_key, work) => work({ save: (send) => send(), leaveUnfinished: () => undefined }),
}
