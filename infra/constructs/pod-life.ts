import { appHealth, healthRoute, type Shutdown, shutdownTimes } from '../../config/define/index.ts'

/** What ties the life of a sidecar to that of its app: it watches the app, gives a sick one no events, and ends after it. */
export const lifeAnnotations = (shutdown: Shutdown): Record<string, string> => {
  const { blockSeconds, gracefulSeconds } = shutdownTimes(shutdown)
  return {
    'dapr.io/enable-app-health-check': 'true',
    'dapr.io/app-health-check-path': healthRoute,
    'dapr.io/app-health-probe-interval': String(appHealth.intervalSeconds),
    'dapr.io/app-health-probe-timeout': String(appHealth.timeoutMs),
    'dapr.io/app-health-threshold': String(appHealth.threshold),
    // Longer than the app lives: its end, seen by the probes, ends this early.
    'dapr.io/block-shutdown-duration': `${blockSeconds}s`,
    'dapr.io/graceful-shutdown-seconds': String(gracefulSeconds),
  }
}
