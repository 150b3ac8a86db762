import type { ZodType } from 'zod'

import type { JobKind } from './jobs.ts'
import type { TopicSettings } from './topic-settings.ts'

/** What a component is to the services; which product stands behind it is infra's business (the `backends` prop). */
export const componentKinds = ['state', 'pubsub', 'secrets'] as const
export type ComponentKind = (typeof componentKinds)[number]

/** Component name → kind. The name is the Dapr component's `metadata.name`. */
export type Components = Readonly<Record<string, ComponentKind>>

/** Names of the components of one kind. */
export type ComponentsOfKind<C, K extends ComponentKind> = {
  [N in keyof C]: C[N] extends K ? N : never
}[keyof C] & string

/** A topic, the events that travel on it, and how its broker keeps it (default: `defaultTopicSettings`). */
export interface Topic<C = Components> extends Partial<TopicSettings> {
  /** The `pubsub` component that carries the topic. */
  readonly pubsub: ComponentsOfKind<C, 'pubsub'>
  /** CloudEvent `type` → schema of the event's `data`. At least one. */
  readonly events: Readonly<Record<string, ZodType>>
}

/** A method that other apps may invoke through Dapr, served as `POST /<method>`. */
export interface Method {
  readonly request: ZodType
  readonly response: ZodType
  /** Whether a call may be made twice to the effect of one, so that sidecars may repeat it. Default: false. */
  readonly idempotent?: boolean
}

/** A subscription of an app to a topic; its route is derived (`eventRoute`). */
export interface SubscriptionDeclaration<Store extends string = string> {
  /** `metadata.name` of the Dapr Subscription, unique in the stack. Its dead letters have a Subscription of their own (`deadLetterSubscription`). */
  readonly name: string
  /** The state store, one of the app's own, that keeps which events it handled and which it could not handle. */
  readonly marks: Store
}

type MethodsOf<S, App extends keyof S> = S[App] extends { readonly methods: infer M } ? keyof M & string : never

/** One app: a Deployment with a sidecar. Its key in `services` is the Dapr app id. */
export interface Service<C = Components, T = Readonly<Record<string, Topic>>, S = Readonly<Record<string, unknown>>> {
  /** The port the app listens on, 1-65535, not one of the sidecar's own. */
  readonly port: number
  /** State stores it reads and writes. Default: none. */
  readonly state?: readonly ComponentsOfKind<C, 'state'>[]
  /** Topics it publishes to. Default: none. */
  readonly publishes?: readonly (keyof T & string)[]
  /** Topics it subscribes to. Default: none. */
  readonly subscribes?: { readonly [N in keyof T]?: SubscriptionDeclaration<ComponentsOfKind<C, 'state'>> }
  /** Methods of other apps it invokes, by app id. Default: none. */
  readonly invokes?: { readonly [App in keyof S]?: readonly MethodsOf<S, App>[] }
  /** Secrets it reads, by secret store. Default: none. */
  readonly secrets?: { readonly [N in ComponentsOfKind<C, 'secrets'>]?: readonly string[] }
  /** Methods it serves. Default: none. */
  readonly methods?: Readonly<Record<string, Method>>
  /** Kinds of jobs it schedules for itself. Default: none. */
  readonly jobs?: Readonly<Record<string, JobKind>>
  /** Documents it stores, by names of their own. New versions must read what old ones stored. Default: none. */
  readonly documents?: Readonly<Record<string, ZodType>>
}

/** Keys of `Given` that are not among `Known`: none may be there. An object literal is checked for them only where no type parameter is inferred from it. */
export type Only<Given, Known extends PropertyKey> = { readonly [K in Exclude<keyof Given, Known>]: never }

type OnlyAt<Given, Key extends string, Known extends PropertyKey> =
  Given extends { readonly [K in Key]: infer V } ? { readonly [K in Key]: Only<V, Known> } : unknown

type DeclaredState<Given> = Given extends { readonly state: readonly (infer N)[] } ? N : never

/** Marks are kept in a store that the service itself declares. */
type MarksInOwnState<Given> =
  Given extends { readonly subscribes: infer V } ? { readonly subscribes: { readonly [K in keyof V]: { readonly marks: DeclaredState<Given> } } } : unknown

/** Kinds of jobs have no other keys. */
type OnlyJobKeys<Given> = Given extends { readonly jobs: infer V } ? { readonly jobs: { readonly [K in keyof V]: Only<V[K], keyof JobKind> } } : unknown

/** A service with a key that does not exist: beside the others, or in one of its maps; or with marks in a store that is not its own. */
export type OnlyDeclared<Given, C, T, S> = Only<Given, keyof Service> &
  MarksInOwnState<Given> &
  OnlyJobKeys<Given> &
  OnlyAt<Given, 'subscribes', keyof T> &
  OnlyAt<Given, 'invokes', keyof S> &
  OnlyAt<Given, 'secrets', ComponentsOfKind<C, 'secrets'>>
