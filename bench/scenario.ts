/** What a client does: an operation of a round. `mixed` is four reads and a create, `event` a create until its effect is there. */
export const kinds = ['create', 'read', 'status', 'delete', 'mixed', 'event'] as const
export type Kind = (typeof kinds)[number]

/** `small` is a title, `large` about 16 KB of text. */
export type Payload = 'small' | 'large'

export interface Scenario {
  readonly kind: Kind
  /** Clients that each wait for their answer before they ask again. */
  readonly connections: number
  readonly payload: Payload
}

export const scenarioName = ({ kind, connections, payload }: Scenario): string => `${kind} @${connections}${payload === 'large' ? ' 16KB' : ''}`

/** What each operation puts on the broker. */
export const publishes = (kind: Kind): boolean => kind !== 'read'

const basic: readonly Kind[] = ['create', 'read', 'status', 'delete', 'mixed']

/** The scenarios of a run; `full` adds the latency of events, 256 connections and large payloads. */
export const scenariosOf = (only: readonly Kind[] | undefined, connections: readonly number[], full: boolean): Scenario[] => {
  const chosen = only ?? (full ? kinds : basic)
  const all = chosen.flatMap((kind): Scenario[] => connections.map((count) => ({ kind, connections: count, payload: 'small' })))
  const large = full ? chosen.filter((kind) => kind === 'create' || kind === 'read').map((kind): Scenario => ({ kind, connections: 32, payload: 'large' })) : []
  // The latency of an event is that of one without load.
  return [...all.filter(({ kind, connections: count }) => kind !== 'event' || count === Math.min(...connections)), ...large]
}
