/** How long the stack keeps what it no longer needs at once; seconds. */
export const retention = {
  /** The mark that a removed task leaves, which keeps a late write from bringing it back. One day. */
  tombstoneSeconds: 86_400,
} as const
