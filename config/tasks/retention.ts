/** How long the stack keeps what it no longer needs at once; seconds. */
export const retention = {
  /** The mark that a removed task leaves, which keeps a late write from bringing it back, and its Idempotency-Key from making another. One day. */
  tombstoneSeconds: 86_400,
  /** The mark that a replica's journal leaves once it is closed, which keeps a late write from opening it again. One day. */
  closedJournalSeconds: 86_400,
  /** The trace of a removed task in its owner's list, which keeps older events from bringing it back. One day. */
  listTraceSeconds: 86_400,
  /** The newest tasks of a user, ready to be listed. One hour. */
  tasksCacheSeconds: 3_600,
  /** What a user set, after it was last written; then there are defaults again. 30 days. */
  preferencesSeconds: 2_592_000,
  /** A completed task, from its last change. 30 days. */
  completedTaskSeconds: 2_592_000,
} as const
