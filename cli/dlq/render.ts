import { z } from 'zod'

import type { Outcome } from './commands.ts'
import type { Shelved } from './shelf.ts'

const Typed = z.object({ type: z.string() })
const longestError = 100

const decoded = (bytes: string): unknown => {
  const text = Buffer.from(bytes, 'base64').toString('utf8')
  try {
    return JSON.parse(text) as unknown
  } catch {
    return text
  }
}

const eventOf = ({ letter: { event, bytes } }: Shelved): unknown => (bytes === undefined ? event : decoded(bytes))
/** The type of a dead letter's event; `-` where it has none. Pure. */
export const typeOf = (shelved: Shelved): string => Typed.safeParse(eventOf(shelved)).data?.type ?? '-'
const oneLine = (text: string): string => {
  const line = text.replaceAll(/\s+/g, ' ').trim()
  return line.length > longestError ? `${line.slice(0, longestError)}…` : line
}

/** Rows as a table; the last column is as long as it is. */
const table = (rows: readonly (readonly string[])[]): string => {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)))
  return rows.map((row) => row.map((cell, column) => (column < row.length - 1 ? cell.padEnd(widths[column] ?? 0) : cell)).join('  ')).join('\n')
}

const counted = (count: number, what: string): string => `${count} ${what}${count === 1 ? '' : 's'}`

export const none = 'there are no dead letters'

/** The dead letters as a table, a line each. */
export const listText = (letters: readonly Shelved[]): string => {
  if (letters.length === 0) return none
  const head = ['ID', 'APP', 'TOPIC', 'TYPE', 'ATTEMPTS', 'LAST FAILURE', 'LAST ERROR']
  const rows = letters.map((shelved) => {
    const { id, app, topic, attempts, last_failed_at, last_error } = shelved.letter
    return [id, app, topic, typeOf(shelved), String(attempts), last_failed_at, oneLine(last_error)]
  })
  return `${table([head, ...rows])}\n${counted(letters.length, 'dead letter')}`
}

/** The whole event of a dead letter, as text. Pure. */
export const eventText = (shelved: Shelved): string => {
  const event = eventOf(shelved)
  return typeof event === 'string' ? event : jsonText(event)
}

const letterText = (shelved: Shelved): string => {
  const { id, app, topic, attempts, first_failed_at, last_failed_at, last_error } = shelved.letter
  const rows = [['id', id], ['app', app], ['topic', topic], ['type', typeOf(shelved)], ['attempts', String(attempts)], ['first failure', first_failed_at], ['last failure', last_failed_at], ['last error', last_error]]
  return `${table(rows)}\nevent\n${eventText(shelved)}`
}

/** One event's dead letters in full. */
export const showText = (letters: readonly Shelved[]): string => letters.map(letterText).join('\n\n')

/** What came of a replay or a drop, a line each. */
export const outcomesText = (outcomes: readonly Outcome[]): string => {
  if (outcomes.length === 0) return none
  return outcomes.map(({ id, app, topic, result, why }) => `${result} ${id} of ${app}, topic ${topic}${why === undefined ? '' : `: ${oneLine(why)}`}`).join('\n')
}

export const jsonText = (value: unknown): string => JSON.stringify(value, null, 2)
