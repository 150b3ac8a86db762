/** One request for a change, as its client saw it; times are epoch milliseconds. */
export interface Attempt {
  readonly kind: 'create' | 'status' | 'delete'
  /** The trace id that the request carried: the correlation id of the event it causes. */
  readonly trace: string
  /** `Idempotency-Key` of a create, which is the title of the task, too. */
  readonly key?: string
  /** The task that is to be changed. */
  readonly task?: string
  readonly status?: string
  readonly ifMatch?: number
  readonly startedAt: number
  readonly endedAt: number
  /** Without one the answer was lost. */
  readonly answer?: Answer
}

export interface Answer {
  readonly code: number
  readonly task?: string
  /** The ETag. */
  readonly version?: number
}

/** An event as it lay in the broker, each time it did. */
export interface RecordedEvent {
  readonly id: string
  readonly type: string
  readonly task: string
  readonly sequence: number
  readonly correlation: string
  readonly title: string
  /** When the broker had it, or when the recorder got it; epoch milliseconds. */
  readonly at: number
}

/** The first of all events with one id, by id. */
export const firstById = (events: readonly RecordedEvent[]): Map<string, RecordedEvent> =>
  new Map(events.toReversed().map((event) => [event.id, event])) // the first comes last, and stays

/** A task's document after everything was healed. */
export interface StoredTask {
  readonly id: string
  readonly version: number
  readonly deleted: boolean
  /** Events that are not known to be published. */
  readonly pending: number
  /** The key of the create; a tombstone has none. */
  readonly title?: string
}

/** What is kept of the effect of an event. */
export interface Effect {
  readonly event: string
  /** Whether the API shows it. */
  readonly shown: boolean
  /** How often the record was written. */
  readonly writes: number
}

/** When the store or the broker did not work; epoch milliseconds. */
export interface Outage {
  readonly from: number
  readonly to: number
}

/** All that is known of a run. */
export interface History {
  readonly attempts: readonly Attempt[]
  readonly events: readonly RecordedEvent[]
  readonly tasks: readonly StoredTask[]
  readonly effects: readonly Effect[]
  readonly outages: readonly Outage[]
}
