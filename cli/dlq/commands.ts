import type { Command } from './arguments.ts'
import { DlqError, exitCodes } from './errors.ts'
import { republish } from './replay.ts'
import { find, listedIds, remove, type Shelf, type Shelved, unlist } from './shelf.ts'

/** What came of one dead letter. */
export interface Outcome {
  readonly id: string
  readonly app: string
  readonly topic: string
  readonly result: 'replayed' | 'dropped' | 'kept'
  /** Why it was kept. */
  readonly why?: string
}

const atOnce = 8

/** Does the work for each item, a few at a time; answers in the order of the items. */
const each = async <T, R>(items: readonly T[], work: (item: T) => Promise<R>): Promise<R[]> => {
  const results: R[] = []
  for (let start = 0; start < items.length; start += atOnce) results.push(...(await Promise.all(items.slice(start, start + atOnce).map(work))))
  return results
}

const lettersOf = async (shelf: Shelf): Promise<Shelved[]> => {
  const letters = await each(await listedIds(shelf), async (id) => {
    const letter = await find(shelf, id)
    // A removal that ended half-way leaves an id without a dead letter.
    if (!letter) await unlist(shelf, id)
    return letter ?? []
  })
  return letters.flat()
}

/** All dead letters, the oldest first. */
export const list = async (shelves: readonly Shelf[]): Promise<Shelved[]> => {
  const letters = (await Promise.all(shelves.map(lettersOf))).flat()
  return letters.sort((a, b) => a.letter.first_failed_at.localeCompare(b.letter.first_failed_at))
}

/**
 * The dead letters of an event: one for each app that could not handle it.
 * @throws DlqError when there is none
 */
export const show = async (shelves: readonly Shelf[], id: string): Promise<Shelved[]> => {
  const found = (await Promise.all(shelves.map((shelf) => find(shelf, id)))).flatMap((letter) => letter ?? [])
  if (found.length === 0) throw new DlqError(`there is no dead letter "${id}"; npm run dlq -- list shows all`, exitCodes.notDone)
  return found
}

const outcomeOf = (shelved: Shelved, change: () => Promise<Pick<Outcome, 'result' | 'why'>>): Promise<Outcome> => {
  const { id, app, topic } = shelved.letter
  const kept = (error: unknown): Pick<Outcome, 'result' | 'why'> => {
    if (!(error instanceof DlqError)) throw error
    return { result: 'kept', why: error.message }
  }
  return change().catch(kept).then((came) => ({ id, app, topic, ...came }))
}

const replayOne = (shelved: Shelved): Promise<Outcome> =>
  outcomeOf(shelved, async () => {
    await republish(shelved.shelf, shelved.letter)
    const again = 'it was published and could not be handled again; see its last error'
    return (await remove(shelved)) === 'removed' ? { result: 'replayed' } : { result: 'kept', why: again }
  })

const dropOne = (shelved: Shelved): Promise<Outcome> =>
  outcomeOf(shelved, async () => {
    const changed = 'the event became a dead letter again in this moment; look at it, then drop it'
    return (await remove(shelved)) === 'removed' ? { result: 'dropped' } : { result: 'kept', why: changed }
  })

/** Replays or drops one dead letter, or all. */
export const change = async (shelves: readonly Shelf[], { name, id }: Extract<Command, { name: 'replay' | 'drop' }>): Promise<Outcome[]> =>
  each(id === undefined ? await list(shelves) : await show(shelves, id), name === 'replay' ? replayOne : dropOne)
