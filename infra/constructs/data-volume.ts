import { k8s } from './k8s.ts'

/** Where a server of the stack keeps its data. */
export const dataMount = { name: 'data', mountPath: '/data' } satisfies k8s.VolumeMount

/** The claim of a StatefulSet for the volume behind `dataMount`; `storage` is a Kubernetes quantity. */
export const dataVolumeClaim = (storage: string): k8s.KubePersistentVolumeClaimProps => ({
  metadata: { name: dataMount.name },
  spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: k8s.Quantity.fromString(storage) } } },
})
