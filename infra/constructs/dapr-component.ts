import { Construct } from 'constructs'

import type { ComponentNode, TopicRights } from '../../config/define/index.ts'
import { Component } from '../../imports/dapr.io.ts'
import type { Backend, MetadataItem } from './backend.ts'
import { labelsOf } from './labels.ts'
import { unusedScope } from './unused-scope.ts'

export interface DaprComponentProps {
  /** Name of the stack, for labels. */
  readonly stack: string
  readonly component: ComponentNode
  readonly backend: Backend
  /** What each app of the stack may do with its topics; a component without topics has no use for it. */
  readonly rights: readonly TopicRights[]
  /** The longest time that an event of its topics stays, in hours; `undefined` where it has none. */
  readonly retentionHours: number | undefined
}

const renderItem = (item: MetadataItem) =>
  'secretKeyRef' in item ? { name: item.name, secretKeyRef: { name: item.secretKeyRef.secret, key: item.secretKeyRef.key } } : item

const scopesOf = (name: string, rights: readonly (readonly [app: string, topics: readonly string[]])[]): MetadataItem => ({
  name,
  value: rights.map(([app, topics]) => `${app}=${topics.join(',')}`).join(';'),
})

/** An app that is left out may do anything, so each is named; one with nothing after its `=` may do nothing. */
const topicScopes = (rights: readonly TopicRights[]): MetadataItem[] => [
  scopesOf('publishingScopes', rights.map(({ app, publishes }) => [app, publishes])),
  scopesOf('subscriptionScopes', rights.map(({ app, subscribes }) => [app, subscribes])),
]

const retention = ({ retentionItem }: Backend, hours: number | undefined): MetadataItem[] =>
  retentionItem === undefined || hours === undefined ? [] : [{ name: retentionItem, value: `${hours}h` }]

/** A Dapr Component, loaded by the apps that use it and by no other. */
export class DaprComponent extends Construct {
  constructor(scope: Construct, id: string, { stack, component, backend, rights, retentionHours }: DaprComponentProps) {
    super(scope, id)
    const metadata = component.kind === 'pubsub' ? [...backend.metadata, ...retention(backend, retentionHours), ...topicScopes(rights)] : backend.metadata
    new Component(this, 'Resource', {
      metadata: { name: component.name, labels: labelsOf(stack, component.name) },
      spec: { type: backend.type, version: backend.version, metadata: metadata.map(renderItem) },
      // An empty list would mean every app.
      scopes: component.users.length > 0 ? [...component.users] : [unusedScope],
    })
  }
}
