import type { Arguments } from './arguments.ts'
import { change, list, show } from './commands.ts'
import { DlqError, exitCodes } from './errors.ts'
import { jsonText, listText, outcomesText, showText } from './render.ts'
import type { Shelf, Shelved } from './shelf.ts'

/** What is printed, and what the process ends with. */
export interface Result {
  readonly text: string
  readonly exitCode: number
}

const lettersOf = (shelved: readonly Shelved[]) => shelved.map(({ letter }) => letter)

const ofApp = (shelves: readonly Shelf[], app: string | undefined): readonly Shelf[] => {
  if (app === undefined) return shelves
  const found = shelves.filter((shelf) => shelf.app === app)
  const apps = [...new Set(shelves.map((shelf) => shelf.app))]
  if (found.length === 0) throw new DlqError(`no app "${app}" keeps dead letters here; these do: ${apps.join(', ') || 'none'}`, exitCodes.notDone)
  return found
}

/**
 * Does what the command says with the dead letters on the shelves.
 * @throws DlqError when it cannot be done
 */
export const runDlq = async (all: readonly Shelf[], { command, app, json }: Arguments): Promise<Result> => {
  if (all.length === 0) throw new DlqError('nothing here keeps dead letters: there is no dead-letter Subscription; see the namespace, or the sidecar', exitCodes.notDone)
  const shelves = ofApp(all, app)
  if (command.name === 'list') {
    const letters = await list(shelves)
    return { text: json ? jsonText(lettersOf(letters)) : listText(letters), exitCode: exitCodes.done }
  }
  if (command.name === 'show') {
    const letters = await show(shelves, command.id)
    return { text: json ? jsonText(lettersOf(letters)) : showText(letters), exitCode: exitCodes.done }
  }
  const outcomes = await change(shelves, command)
  const exitCode = outcomes.some(({ result }) => result === 'kept') ? exitCodes.notDone : exitCodes.done
  return { text: json ? jsonText(outcomes) : outcomesText(outcomes), exitCode }
}
