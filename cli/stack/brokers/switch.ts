import type { ObjectDiff } from '../diff/object-diff.ts'
import { pathText } from '../diff/fields.ts'

/** A pubsub component that gets a broker of another type. */
export interface BrokerSwitch {
  readonly component: string
  readonly from: string
  readonly to: string
}

/** The switches in a diff. Pure. */
export const switchesIn = (diffs: readonly ObjectDiff[]): BrokerSwitch[] =>
  diffs.flatMap((diff) => {
    if (!('fields' in diff) || diff.ref.kind !== 'Component') return []
    const type = diff.fields.find(({ path }) => pathText(path) === 'spec.type')
    if (typeof type?.from !== 'string' || typeof type.to !== 'string' || !type.from.startsWith('pubsub.')) return []
    return [{ component: diff.ref.name, from: type.from, to: type.to }]
  })
