import type { ComponentKind } from '../kinds.ts'
import type { AnyStack } from '../stack.ts'
import { servicesOf } from './checks.ts'

export const componentsOfKind = ({ components }: AnyStack, kind: ComponentKind): string[] =>
  Object.keys(components).filter((name) => components[name] === kind)

export const publishedTopics = (stack: AnyStack): Set<string> => new Set(servicesOf(stack).flatMap(([, { publishes = [] }]) => publishes))

/** Where a subscription is declared, by which app, to what, under which name, and where its marks are. */
export interface DeclaredSubscription {
  readonly path: string
  readonly app: string
  readonly topic: string
  readonly name: string
  readonly marks: string
}

export const declaredSubscriptions = (stack: AnyStack): DeclaredSubscription[] =>
  servicesOf(stack).flatMap(([app, { subscribes = {} }]) =>
    Object.entries(subscribes).flatMap(([topic, declared]) =>
      declared ? [{ path: `services.${app}.subscribes.${topic}`, app, topic, name: declared.name, marks: declared.marks }] : [],
    ),
  )
