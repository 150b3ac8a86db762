import type { AnyStack, ComponentKind, ComponentKinds } from '../../config/define/index.ts'

/** A key in a Kubernetes Secret of the stack's namespace. The manifests name it; its value is never in them. */
export interface SecretKey {
  /** `metadata.name` of the Secret. */
  readonly secret: string
  /** Key in its `data`. */
  readonly key: string
}

/** What stands behind a component: the product, and how its sidecars reach it. Made by `StateStore`, `PubSub`, `SecretStore`. */
export interface Backend<K extends ComponentKind = ComponentKind> {
  readonly kind: K
  /** Dapr component type, such as `state.redis`. */
  readonly type: string
  /** Version of the component type, such as `v1`. */
  readonly version: string
  /** Metadata items of the component, in order. */
  readonly metadata: readonly MetadataItem[]
  /** Metadata item for how long the events of all its topics stay, as a duration, where the product has one time for all. */
  readonly retentionItem?: string
}

export type MetadataItem = { readonly name: string; readonly value: string } | { readonly name: string; readonly secretKeyRef: SecretKey }

/** A backend for each component of a stack, of the component's kind. One left out, or of another kind, does not compile. */
export type Backends<St extends AnyStack> = { readonly [N in keyof ComponentKinds<St>]: Backend<ComponentKinds<St>[N]> }

/** Metadata items of the values that are given; the others are left to Dapr's default. */
export const metadataItems = (values: Readonly<Record<string, string | number | boolean | SecretKey | undefined>>): MetadataItem[] =>
  Object.entries(values).flatMap(([name, value]) => {
    if (value === undefined) return []
    return [typeof value === 'object' ? { name, secretKeyRef: value } : { name, value: String(value) }]
  })
