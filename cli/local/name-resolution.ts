import { z } from 'zod'

/**
 * `nameResolution` of a sidecar's Configuration that finds apps in a file: mDNS, Dapr's default, would find those of other checkouts
 * and machines. The clean-up is off because it deletes the living (contrib 1.18.3 compares the wrong way), which ends their sidecars
 * after an hour. A sidecar that is stopped while it holds the file's lock must not make the others' registrations expire, hence the long
 * interval and wait. `names` is the file; sidecars that share it find each other.
 */
export const nameResolution = (names: string) => ({
  component: 'sqlite',
  version: 'v1',
  configuration: { connectionString: names, updateInterval: '24h', cleanupInterval: '0', busyTimeout: '10s' },
})

const Spec = z.record(z.string(), z.unknown()).default({})

/**
 * Access control needs the identities that Sentry gives out, and there is no Sentry. Scopes of secrets name stores that only a cluster has, of
 * which each sidecar would warn at each start.
 */
const clusterParts = ['accessControl', 'mtls', 'secrets']

/** The `spec` of a Configuration without what only a cluster has; an absent one counts as empty. */
export const specWithoutCluster = (spec: unknown): Record<string, unknown> => Object.fromEntries(Object.entries(Spec.parse(spec)).filter(([part]) => !clusterParts.includes(part)))

/** The same, with names found in a file. */
export const localSpec = (spec: unknown, names: string) => ({ ...specWithoutCluster(spec), nameResolution: nameResolution(names) })
