import { fieldManager, shortName } from '../../kube/port.ts'
import type { Paint } from '../output/colours.ts'
import { pathText } from './fields.ts'
import { type FieldDiff, isPending, type ObjectDiff } from './object-diff.ts'

const longest = 60

const valueText = (value: unknown): string => {
  if (value === undefined) return '(none)'
  const text = typeof value === 'string' && /^[^\s"]+$/.test(value) ? value : JSON.stringify(value)
  return text.length > longest ? `${text.slice(0, longest)}…` : text
}

const clock = (time: string): string => time.replace('T', ' ').replace(/(\.\d+)?Z$/, ' UTC')

const ownerText = ({ owner, drift }: FieldDiff): string => {
  if (drift) return owner && owner.manager !== fieldManager ? `drift: by ${owner.manager}${owner.time === undefined ? '' : ` at ${clock(owner.time)}`}` : 'drift'
  return owner && owner.manager !== fieldManager ? `set by ${owner.manager}` : ''
}

const fieldLine = (field: FieldDiff, paint: Paint): string => {
  const owner = ownerText(field)
  return `    ${pathText(field.path)}: ${paint('red', valueText(field.from))} → ${paint('green', valueText(field.to))}${owner === '' ? '' : paint('magenta', `  (${owner})`)}`
}

const objectLines = (diff: ObjectDiff, paint: Paint): string[] => {
  const name = shortName(diff.ref)
  switch (diff.verdict) {
    case 'same':
      return []
    case 'create':
      return [paint('green', `+ ${name}`)]
    case 'remove':
      return [`${paint('red', `- ${name}`)}  no longer in the config`]
    case 'change':
      return [paint('yellow', `~ ${name}`), ...diff.fields.map((field) => fieldLine(field, paint))]
    case 'take over':
      return [`${paint('cyan', `> ${name}`)}  taken over from ${diff.from.join(', ')}`, ...diff.fields.map((field) => fieldLine(field, paint))]
    case 'keep':
      return [`${paint('gray', `  ${name}`)}  stays: ${diff.why}`]
    case 'refuse':
      return [`${paint('red', `! ${name}`)}  refused: ${diff.why}`]
  }
}

const counted: readonly (readonly [ObjectDiff['verdict'], string])[] = [
  ['create', 'to create'],
  ['change', 'to change'],
  ['take over', 'to take over'],
  ['remove', 'to remove'],
  ['refuse', 'refused'],
  ['same', 'unchanged'],
]

/** The sum of a diff in one line. */
export const sumText = (diffs: readonly ObjectDiff[]): string => {
  const parts = counted.flatMap(([verdict, words]) => {
    const count = diffs.filter((diff) => diff.verdict === verdict).length
    return count === 0 ? [] : [`${count} ${words}`]
  })
  const drifts = diffs.flatMap((diff) => ('fields' in diff ? diff.fields.filter(({ drift }) => drift) : [])).length
  const drift = drifts === 0 ? '' : `; ${drifts} ${drifts === 1 ? 'field has' : 'fields have'} drifted`
  return `${diffs.some(isPending) ? '' : 'nothing to change: '}${parts.join(', ')}${drift}`
}

/** A diff for people: a line for each object that would change, and one for each field. */
export const diffText = (diffs: readonly ObjectDiff[], paint: Paint): string => [...diffs.flatMap((diff) => objectLines(diff, paint)), sumText(diffs)].join('\n')
