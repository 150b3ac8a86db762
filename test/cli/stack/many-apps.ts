import { type ClusterPort, fieldManager, type KubeObject } from '../../../cli/kube/port.ts'

/** What a stack has for each app, as the constructs make it; its Deployment runs an image and carries a digest of its own. */
export const manyApps = (count: number, image: string): KubeObject[] =>
  Array.from({ length: count }, (_, index) => `app-${index}`).flatMap((name): KubeObject[] => {
    const object = (apiVersion: string, kind: string, spec: object): KubeObject => ({ apiVersion, kind, metadata: { name, namespace: 'market' }, spec })
    const annotations = { 'dapr-stack/config-digest': `${image}-${name}` }
    return [
      object('v1', 'ServiceAccount', {}),
      object('v1', 'Service', { ports: [{ port: 80 }] }),
      object('dapr.io/v1alpha1', 'Configuration', { accessControl: { defaultAction: 'deny' } }),
      object('dapr.io/v1alpha1', 'Resiliency', { targets: {} }),
      object('apps/v1', 'Deployment', { replicas: 2, template: { metadata: { annotations }, spec: { containers: [{ name, image }] } } }),
    ]
  })

/** A cluster that holds objects which `stack` applied, and takes every apply as it is; it counts what it is asked. */
export const clusterHolding = (objects: readonly KubeObject[]): { readonly port: ClusterPort; readonly asked: () => number } => {
  let asked = 0
  const key = ({ kind, name }: { readonly kind: string; readonly name: string }): string => `${kind}/${name}`
  const ours = (object: KubeObject): KubeObject => ({ ...object, metadata: { ...object.metadata, managedFields: [{ manager: fieldManager, operation: 'Apply', fieldsV1: {} }] } })
  const held = new Map(objects.map((object) => [key({ kind: object.kind, name: object.metadata.name }), ours(object)]))
  const port: Pick<ClusterPort, 'find' | 'apply'> = {
    find: async (ref) => {
      asked += 1
      return ref.kind === 'Namespace' ? { apiVersion: 'v1', kind: 'Namespace', metadata: { name: ref.name } } : held.get(key(ref))
    },
    apply: async (object) => {
      asked += 1
      return ours(object)
    },
  }
  // Nothing else is asked in a diff.
  return { port: port as ClusterPort, asked: () => asked }
}
