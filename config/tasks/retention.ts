/** How long the stack keeps what it no longer needs at once; seconds. */
export const retention = {
  /** The mark that a removed task leaves, which keeps a late write from bringing it back, and its Idempotency-Key from making another. One day. */
  tombstoneSeconds: 86_400,
  /** The mark that a replica's journal leaves once it is closed, which keeps a late write from opening it again. One day. */
  closedJournalSeconds: 86_400,
  /** A completed task, from its last change. 30 days. */
  completedTaskSeconds: 2_592_000,
} as const
