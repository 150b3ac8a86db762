import { closingSeconds } from '../config/define/index.ts'

/**
 * Every time limit of a service, in milliseconds. The promise: a request is answered within 5 s whatever the sidecar does.
 * All sidecar calls of one request share `requestMs`; the rest of the 5 s is for our own work.
 */
export const limits = {
  /** One call to the sidecar, from queueing to the last byte of its answer. */
  sidecarCallMs: 2_000,
  /** One invocation of another app, the sidecar's further attempts included. */
  invocationMs: 4_300,
  /** All sidecar calls of one request together, counted from the request's arrival. */
  requestMs: 4_500,
  /** All that `/ready` asks the sidecar; below the 1 s after which Kubernetes gives up on a probe. */
  readyMs: 800,
  /** Fetching the keys of the token issuer, which happens now and then. */
  issuerKeysMs: 2_000,
  /** How long a client may take to send a request. */
  receiveMs: 30_000,
  /**
   * No time, but what bounds it: requests of clients that are answered at once; more get 503. At the 300 changes/s that a replica makes on a
   * busy core, the last of them waits below 2 s.
   */
  requestsInFlight: 512,
  /** After the drain: when requests that are still in flight are cut off. */
  closingMs: closingSeconds * 1_000,
} as const
