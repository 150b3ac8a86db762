import type { StackGraph } from '../../config/define/index.ts'
import type { Backend } from './backend.ts'

/** Where the events of a subscription wait for its app. */
export interface Backlog {
  /** Name of the pubsub component. */
  readonly component: string
  readonly topic: string
  readonly backend: Backend
}

/** Where the events of an app wait. */
export const backlogsOf = ({ subscriptions }: StackGraph, app: string, backends: Readonly<Record<string, Backend>>): Backlog[] =>
  subscriptions.flatMap(({ app: subscriber, pubsub, topic }) => {
    const backend = backends[pubsub]
    return subscriber === app && backend ? [{ component: pubsub, topic, backend }] : []
  })
