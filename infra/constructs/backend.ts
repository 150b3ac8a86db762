import type { AnyStack, ComponentKind, ComponentKinds } from '../../config/define/index.ts'
import { componentVersions } from '../../imports/dapr-catalogue.ts'
import type { SecretKey } from '../../imports/dapr-components.ts'
import type { NetworkTarget } from './network-peers.ts'

export type { SecretKey } from '../../imports/dapr-components.ts'

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
  /**
   * Where its server is, for NetworkPolicies. Empty: in the sidecar itself.
   * @default - nobody knows, so it may be anywhere
   */
  readonly targets?: readonly NetworkTarget[]
}

/** What may be said of any backend beside its metadata. */
export interface BackendOptions {
  /**
   * Where its server is, for NetworkPolicies, which know no host names. Empty: in the sidecar itself.
   * @default - what its address says; where that tells nothing, anywhere
   */
  readonly targets?: readonly NetworkTarget[]
}

export type MetadataItem = { readonly name: string; readonly value: string } | { readonly name: string; readonly secretKeyRef: SecretKey }

/** A backend for each component of a stack, of the component's kind. One left out, or of another kind, does not compile. */
export type Backends<St extends AnyStack> = { readonly [N in keyof ComponentKinds<St>]: Backend<ComponentKinds<St>[N]> }

/** Metadata by name. What is `undefined` is left to Dapr's default. */
export type MetadataValues = Readonly<Record<string, string | number | boolean | SecretKey | undefined>>

/** Metadata of a component type beside what a method takes by names of its own: each item by Dapr's name, all optional. */
export type FurtherMetadata<Metadata, Taken extends PropertyKey> = Metadata extends unknown ? Partial<Omit<Metadata, Taken>> : never

/** The backend of a component type, `type` for its newest version or `type/version` for an older one. */
export const backendOf = <K extends ComponentKind>(kind: K, name: string, values: MetadataValues, targets?: readonly NetworkTarget[]): Backend<K> => {
  const [type = '', version = componentVersions[type]?.at(-1) ?? 'v1'] = name.split('/')
  return { kind, type, version, metadata: metadataItems(values), ...(targets && { targets }) }
}

const metadataItems = (values: MetadataValues): MetadataItem[] =>
  Object.entries(values).flatMap(([name, value]) => {
    if (value === undefined) return []
    return [typeof value === 'object' ? { name, secretKeyRef: value } : { name, value: String(value) }]
  })
