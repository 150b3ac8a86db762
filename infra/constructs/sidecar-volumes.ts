import type { k8s } from './k8s.ts'

// Where Go looks by itself, beside the image's bundle of public ones; Redis' component takes none. SSL_CERT_DIR would do the same, but has the
// injector switch runAsNonRoot off, which Pod Security restricted refuses.
const authorities = { name: 'authorities', mountPath: '/etc/pki/tls/certs' }
const account = { name: 'service-account', mountPath: '/var/run/secrets/kubernetes.io/serviceaccount' }

/** What a pod has for its sidecar alone. */
export interface SidecarVolumes {
  /** ConfigMap with certificates. */
  readonly authorities: string | undefined
  /** Whether the sidecar reads Secrets from the API server. */
  readonly readsSecrets: boolean
}

/** The annotation that mounts them into the sidecar. */
export const mountAnnotation = (volumes: SidecarVolumes): Record<string, string> => {
  const mounts = [...(volumes.authorities === undefined ? [] : [authorities]), ...(volumes.readsSecrets ? [account] : [])]
  return mounts.length === 0 ? {} : { 'dapr.io/volume-mounts': mounts.map(({ name, mountPath }) => `${name}:${mountPath}`).join(',') }
}

/** What Kubernetes would mount into every container of the pod, the app's too. */
const accountSources = (): k8s.VolumeProjection[] => [
  { serviceAccountToken: { path: 'token', expirationSeconds: 3607 } },
  { configMap: { name: 'kube-root-ca.crt', items: [{ key: 'ca.crt', path: 'ca.crt' }] } },
  { downwardApi: { items: [{ path: 'namespace', fieldRef: { fieldPath: 'metadata.namespace' } }] } },
]

/** The volumes themselves. */
export const sidecarVolumes = (volumes: SidecarVolumes): k8s.Volume[] => [
  ...(volumes.authorities === undefined ? [] : [{ name: authorities.name, configMap: { name: volumes.authorities, optional: true } }]),
  ...(volumes.readsSecrets ? [{ name: account.name, projected: { sources: accountSources() } }] : []),
]
