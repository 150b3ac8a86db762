/**
 * How long a change of a dead replica waits until another replica completes it; milliseconds.
 *
 * A replica that dies at 0 wrote its journal for the last time by then. Others look at it by `scanMs`, see it unchanged for
 * `leaseMs + marginMs`, and notice that at the look after: `recovery.noticedMs`. A look is two calls to the sidecar, one after the
 * other, which may be slow twice. What is left until `promisedMs` is for completing the changes themselves.
 */
const timing = {
  /** How long a replica may send saves after it sent its last journal write that was answered. */
  leaseMs: 10_000,
  /** How much longer others wait: clocks run at different speeds, never more than this apart in one lease. */
  marginMs: 3_000,
  /** How often a replica renews its lease when nothing else makes it write its journal. */
  heartbeatMs: 3_000,
  /** Pause between two looks at the journals of others, give or take a fifth. */
  scanMs: 3_000,
  /** Pause between two tries to complete what the replica itself left unfinished, such as events while the broker is away. */
  retryMs: 2_000,
} as const

const longestScanPause = 1.2

export const recovery = {
  ...timing,
  /** When the last replica that lives knows that another died, with a sidecar that answers. */
  noticedMs: timing.leaseMs + timing.marginMs + 2 * longestScanPause * timing.scanMs,
  /** The promise: an event of a committed change is published within this time after its writer died, while the store and the broker work. */
  promisedMs: 60_000,
  /** Changes in flight or unfinished that one replica takes on; more are refused with 503 until some are done. */
  maxKeys: 2_000,
} as const
