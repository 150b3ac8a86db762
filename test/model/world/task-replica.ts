import { recovery, retention, stack } from '../../../config/tasks/index.ts'
import { bind, type ChangeGuard, createJournal, type Journal, type Sidecar } from '../../../service/dapr/index.ts'
import { taskEventPublisher, taskStore } from '../../../service/task-api/dapr-adapter.ts'
import type { CompletionDependencies } from '../../../service/task-api/ports.ts'
import { recoverTask } from '../../../service/task-api/recover-task.ts'
import { taskUseCases, type TaskUseCases } from '../../../service/task-api/use-cases.ts'
import { noJournal } from '../../service/support/no-journal.ts'
import type { Life } from './replica-life.ts'
import type { World } from './world.ts'

/** Parts that a negative control takes away from what is under test. */
export interface Weakness {
  /** Changes are not written down before they are made. */
  readonly withoutJournal?: boolean
  /** Completing leaves the version as it is, and a missing document missing. */
  readonly withoutFence?: boolean
  /** A writer that was overtaken does not find its own write below. */
  readonly withoutEarlierWrites?: boolean
  /** A save goes out without asking whether the journal covers it. */
  readonly withoutLease?: boolean
}

/** A replica of task-api in the model's world. */
export interface TaskReplica {
  readonly life: Life
  readonly tasks: TaskUseCases
  readonly journal: Journal
}

const quiet = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined }

const forgetful = (sidecar: Sidecar): Sidecar => ({
  ...sidecar,
  getState: async (store, key) => {
    const stored = await sidecar.getState(store, key)
    const value = stored?.value as { earlier_writes?: string[] } | undefined // what the adapter wrote
    return stored && value?.earlier_writes ? { ...stored, value: { ...value, earlier_writes: value.earlier_writes.map(() => 'forgotten') } } : stored
  },
})

const careless = (journal: Journal): ChangeGuard => ({
  newKey: () => journal.newKey(),
  guard: (key, work) => journal.guard(key, (held) => work({ ...held, save: (send) => send() })),
})

const guardOf = (journal: Journal, { withoutJournal, withoutLease }: Weakness): ChangeGuard => {
  if (withoutJournal) return noJournal
  return withoutLease ? careless(journal) : journal
}

let replicas = 0

export const startTaskReplica = (world: World, weakness: Weakness = {}): TaskReplica => {
  const { life, sidecar } = world.live()
  const dapr = bind(stack, 'task-api', weakness.withoutEarlierWrites ? forgetful(sidecar) : sidecar)
  const pause = (): Promise<void> => new Promise((resolve) => { life.deliver(world.timeline.now + world.random.between(0, 40), resolve) })
  const completion: CompletionDependencies = { store: taskStore(dapr), events: taskEventPublisher(dapr), pause }
  const unfenced = { ...completion.store, bump: async () => 'saved' as const }
  const journal = createJournal({
    state: dapr.state('statestore'),
    complete: (id) => recoverTask(weakness.withoutFence ? { ...completion, store: unfenced } : completion, id),
    timing: recovery,
    closedSeconds: retention.closedJournalSeconds,
    log: quiet,
    clock: life.clock,
    newId: () => `replica-${(replicas += 1)}`,
    spareKeys: 3,
    random: world.random.next,
  })
  if (!weakness.withoutJournal) journal.start()
  return { life, journal, tasks: taskUseCases({ ...completion, journal: guardOf(journal, weakness), log: quiet }) }
}
