import { fieldManager, shortName } from '../../kube/port.ts'
import type { Paint } from '../output/colours.ts'
import { pathText } from './fields.ts'
import { diffGroups, type DiffGroup, eachItsOwn, sharedFields } from './groups.ts'
import { type FieldDiff, isPending, type ObjectDiff } from './object-diff.ts'

const longest = 60

const valueText = (value: unknown): string => {
  if (value === undefined) return '(none)'
  if (value === eachItsOwn) return '(each its own)'
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

const mostNames = 6

/** An object by its name, several by their kind and the first of their names. */
const groupName = (group: DiffGroup): string => {
  const [{ ref }] = group
  if (group.length === 1) return shortName(ref)
  const names = group.slice(0, mostNames).map((diff) => diff.ref.name)
  return `${group.length} × ${ref.kind}: ${names.join(', ')}${group.length > mostNames ? `, ${group.length - mostNames} more` : ''}`
}

const groupLines = (group: DiffGroup, paint: Paint): string[] => {
  const [diff] = group
  const name = groupName(group)
  const fieldLines = (): string[] => sharedFields(group).map((field) => fieldLine(field, paint))
  switch (diff.verdict) {
    case 'same':
      return []
    case 'create':
      return [paint('green', `+ ${name}`)]
    case 'remove':
      return [`${paint('red', `- ${name}`)}  no longer in the config`]
    case 'change':
      return [paint('yellow', `~ ${name}`), ...fieldLines()]
    case 'take over':
      return [`${paint('cyan', `> ${name}`)}  taken over from ${diff.from.join(', ')}`, ...fieldLines()]
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

/** A diff for people: a line for each object that would change, and one for each field; where the same happens to several, once for all. */
export const diffText = (diffs: readonly ObjectDiff[], paint: Paint): string => [...diffGroups(diffs).flatMap((group) => groupLines(group, paint)), sumText(diffs)].join('\n')
