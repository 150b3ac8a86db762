import type { ZodType } from 'zod'

import { defaultDelivery, type Delivery } from './delivery.ts'
import { StackConfigError } from './errors.ts'
import type { JobKind } from './jobs.ts'
import type { ComponentKind, Components, Method, Only, OnlyDeclared, Service, SubscriptionDeclaration, Topic } from './kinds.ts'
import { defaultResilience, type Resilience } from './resilience.ts'
import { violationsOf } from './rules/violations.ts'
import { defaultShutdown, type Shutdown } from './shutdown.ts'
import type { TopicSettings } from './topic-settings.ts'

/** What a stack is made of. */
export interface StackDefinition<C = Components, T = Readonly<Record<string, Topic>>, S = Services> {
  readonly components: C
  readonly topics: T
  readonly services: S
  /** How events are retried before they become dead letters. Default: `defaultDelivery`. */
  readonly delivery?: Partial<Delivery>
  /** How calls of components and methods are bounded and repeated. Default: `defaultResilience`. */
  readonly resilience?: Partial<Resilience>
  /** How pods end. Default: `defaultShutdown`. */
  readonly shutdown?: Partial<Shutdown>
}

/** Any service, with its names as plain strings: what infra, cli and the graph read. */
export interface AnyService {
  readonly port: number
  readonly state?: readonly string[]
  readonly publishes?: readonly string[]
  readonly subscribes?: { readonly [topic: string]: SubscriptionDeclaration | undefined }
  readonly invokes?: { readonly [app: string]: readonly string[] | undefined }
  readonly secrets?: { readonly [store: string]: readonly string[] | undefined }
  readonly methods?: Readonly<Record<string, Method>>
  readonly jobs?: Readonly<Record<string, JobKind>>
  readonly documents?: Readonly<Record<string, ZodType>>
}
export type Services = Readonly<Record<string, AnyService>>

/** A checked stack. Its type keeps every name, so that what reads it cannot name what is not there. */
export interface Stack<C = Readonly<Record<string, ComponentKind>>, T = Readonly<Record<string, AnyTopic>>, S = Services> {
  readonly components: C
  readonly topics: T
  readonly services: S
  readonly delivery: Delivery
  readonly resilience: Resilience
  readonly shutdown: Shutdown
}
export interface AnyTopic extends Partial<TopicSettings> {
  readonly pubsub: string
  readonly events: Topic['events']
}

/**
 * Declares a stack. Names that do not exist (a component, topic, app, method) are compile errors where they stand;
 * what types cannot say is checked here by the rules of rules/.
 * @throws StackConfigError naming every violation at once
 */
export function defineStack<
  const C extends Components,
  const T extends { readonly [K in keyof T]: Topic<C> & Only<T[K], keyof Topic> },
  const S extends { readonly [K in keyof S]: Service<C, T, S> & OnlyDeclared<S[K], C, T, S> },
>(definition: StackDefinition<C, T, S>): Stack<C, T, S> {
  const { components, topics, services } = definition
  const stack = {
    components,
    topics,
    services,
    delivery: { ...defaultDelivery, ...definition.delivery },
    resilience: { ...defaultResilience, ...definition.resilience },
    shutdown: { ...defaultShutdown, ...definition.shutdown },
  }
  const violations = violationsOf(stack)
  if (violations.length > 0) throw new StackConfigError(violations)
  return stack
}

/** A stack whose names are not known at compile time. Every `Stack<…>` is one at run time. */
export type AnyStack = Stack
