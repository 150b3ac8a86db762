import { keptFor } from './kept.ts'
import type { ComponentThing, MetadataEntry } from './thing.ts'

/** What a pubsub component says of its topics. `undefined` means that nothing is said, and so all is allowed. */
export interface TopicLimits {
  readonly allowed: readonly string[] | undefined
  readonly protected: readonly string[]
  readonly publishing: Scopes | undefined
  readonly subscribing: Scopes | undefined
}

/** Topics by app, and the entry they stand in. */
export interface Scopes {
  readonly entry: MetadataEntry
  readonly topics: ReadonlyMap<string, readonly string[]>
  /** Parts that are no `app=topic,topic`; Dapr skips them. */
  readonly malformed: readonly string[]
}

const entryOf = ({ entries }: ComponentThing, name: string): MetadataEntry | undefined => entries.find((entry) => entry.name.toLowerCase() === name.toLowerCase() && entry.value !== undefined && entry.value !== '')

const split = (text: string, by: string): string[] => text.replaceAll(' ', '').split(by).filter((part) => part !== '')

const scopesOf = (entry: MetadataEntry | undefined): Scopes | undefined => {
  if (!entry) return undefined
  const parts = split(entry.value ?? '', ';')
  const wellFormed = parts.filter((part) => part.includes('='))
  const topics = wellFormed.map((part): [string, string[]] => [part.slice(0, part.indexOf('=')), split(part.slice(part.indexOf('=') + 1), ',')])
  return { entry, topics: new Map(topics), malformed: parts.filter((part) => !part.includes('=')) }
}

/** Asked for each topic and subscription of a component, whose texts grow with them. */
export const limitsOf = keptFor((component: ComponentThing): TopicLimits => {
  const allowed = entryOf(component, 'allowedTopics')?.value
  return {
    allowed: allowed === undefined ? undefined : split(allowed, ','),
    protected: split(entryOf(component, 'protectedTopics')?.value ?? '', ','),
    publishing: scopesOf(entryOf(component, 'publishingScopes')),
    subscribing: scopesOf(entryOf(component, 'subscriptionScopes')),
  }
})

/** Whether an app may use a topic, as the sidecar decides it. */
export const mayUse = (limits: TopicLimits, scopes: Scopes | undefined, app: string, topic: string): boolean => {
  if (limits.allowed && !limits.allowed.includes(topic)) return false
  const own = scopes?.topics.get(app)
  if (own === undefined) return !limits.protected.includes(topic)
  return own.includes(topic)
}
