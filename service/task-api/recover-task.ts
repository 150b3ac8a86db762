import { randomUUID } from 'node:crypto'

import type { CompletionDependencies } from './ports.ts'
import { recover } from './recover.ts'
import { fence } from './task-changes.ts'

/** Completes what any writer may have left of a task. */
export const recoverTask = (deps: CompletionDependencies, id: string): Promise<void> =>
  recover(deps, id, () => fence({ at: new Date().toISOString(), writeId: randomUUID() }))
