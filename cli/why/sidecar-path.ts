const segment = encodeURIComponent

/** Paths of a sidecar's API that are asked. */
export const sidecarPath = {
  state: (store: string, key: string): string => `/v1.0/state/${segment(store)}/${segment(key)}?consistency=strong`,
  job: (name: string): string => `/v1.0/jobs/${segment(name)}`,
  metadata: '/v1.0/metadata',
} as const
