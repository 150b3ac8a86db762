import type { Gap } from './gaps.ts'

/** Whose data is not read: `old`, what the deployed version wrote, by the new one; `new`, what the new version writes, by the deployed one. */
export type Unread = 'old' | 'new'

const longest = 48
const text = (value: unknown): string => {
  const json = value === undefined ? 'none' : JSON.stringify(value)
  return json.length > longest ? `${json.slice(0, longest)}…` : json
}

/** What was changed where the new version does not take what the old one wrote. */
const narrowed = (gap: Gap): string => {
  switch (gap.gap) {
    case 'may be missing':
      return gap.known ? 'is required now' : 'is new and required'
    case 'unknown field':
      return 'is removed, and unknown fields are refused'
    case 'type':
      return `type ${gap.written} is not taken any more, only ${gap.read}`
    case 'value':
      return `value ${text(gap.value)} is removed`
    case 'only values':
      return `takes only ${gap.values.map(text).join(', ')} now`
    case 'keyword':
      return `${gap.keyword} is narrowed: ${text(gap.written)} → ${text(gap.read)}`
  }
}

/** What was changed where the old version does not take what the new one writes. */
const widened = (gap: Gap): string => {
  switch (gap.gap) {
    case 'may be missing':
      return gap.known ? 'is not required any more' : 'is removed'
    case 'unknown field':
      return 'is new, and unknown fields were refused'
    case 'type':
      return `type ${gap.written} is new, it was only ${gap.read}`
    case 'value':
      return `value ${text(gap.value)} is new`
    case 'only values':
      return `took only ${gap.values.map(text).join(', ')} before`
    case 'keyword':
      return `${gap.keyword} is widened: ${text(gap.read)} → ${text(gap.written)}`
  }
}

/** What was changed in a schema, by what is unread because of it. Pure. */
export const gapText = (gap: Gap, unread: Unread): string => (unread === 'old' ? narrowed(gap) : widened(gap))
