/** How fast a journal beats and is taken over; milliseconds. What follows from them is computed where they are set. */
export interface JournalTiming {
  /** How long a replica may send saves after it sent its last journal write that was answered. */
  readonly leaseMs: number
  /** How much longer others wait before they give a silent replica up. */
  readonly marginMs: number
  /** How often a replica renews its lease when nothing else does. */
  readonly heartbeatMs: number
  /** Pause between two looks at the journals of others, give or take a fifth. */
  readonly scanMs: number
  /** Pause between two tries to complete the replica's own unfinished keys. */
  readonly retryMs: number
  /** Keys held or unfinished beyond which a change is refused. */
  readonly maxKeys: number
}
