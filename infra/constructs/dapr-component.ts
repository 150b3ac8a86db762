import { Construct } from 'constructs'

import type { ComponentNode } from '../../config/define/index.ts'
import { Component } from '../../imports/dapr.io.ts'
import type { Backend, MetadataItem } from './backend.ts'
import { labelsOf } from './labels.ts'

export interface DaprComponentProps {
  /** Name of the stack, for labels. */
  readonly stack: string
  readonly component: ComponentNode
  readonly backend: Backend
}

const renderItem = (item: MetadataItem) =>
  'secretKeyRef' in item ? { name: item.name, secretKeyRef: { name: item.secretKeyRef.secret, key: item.secretKeyRef.key } } : item

/** A Dapr Component, loaded by the apps that use it and by no other. */
export class DaprComponent extends Construct {
  constructor(scope: Construct, id: string, { stack, component, backend }: DaprComponentProps) {
    super(scope, id)
    new Component(this, 'Resource', {
      metadata: { name: component.name, labels: labelsOf(stack, component.name) },
      spec: { type: backend.type, version: backend.version, metadata: backend.metadata.map(renderItem) },
      // An empty list would mean every app; `unusedScope` is no app's id.
      scopes: component.users.length > 0 ? [...component.users] : [unusedScope],
    })
  }
}

const unusedScope = 'no-app-uses-this-component'
