/** The route that says whether a process lives and can do its work. It asks nobody: not the sidecar, which waits for it, nor what is behind that. */
export const healthRoute = '/health'

/** How a sidecar watches its app. An app that does not answer in time gets no events, jobs and calls until it does again. */
export const appHealth = {
  intervalSeconds: 1,
  /** Less than the interval, or the sidecar refuses to start. */
  timeoutMs: 900,
  /** Probes in a row that must fail. */
  threshold: 3,
} as const
