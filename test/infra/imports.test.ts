import { describe, expect, test } from '@jest/globals'

import { componentCatalogue, componentVersions, resourceSchemas, sidecarAnnotations } from '../../imports/dapr-catalogue.ts'
import * as dapr from '../../imports/dapr.io.ts'

test('the generated bindings have all classes of the one bundle, for an import of several files keeps only the last', () => {
  expect(dapr.Component.GVK).toEqual({ apiVersion: 'dapr.io/v1alpha1', kind: 'Component' })
  expect(dapr.SubscriptionV2Alpha1.GVK).toEqual({ apiVersion: 'dapr.io/v2alpha1', kind: 'Subscription' })
  expect(dapr.Configuration.GVK).toEqual({ apiVersion: 'dapr.io/v1alpha1', kind: 'Configuration' })
  expect(dapr.Resiliency.GVK).toEqual({ apiVersion: 'dapr.io/v1alpha1', kind: 'Resiliency' })
  expect(dapr.HttpEndpoint.GVK).toEqual({ apiVersion: 'dapr.io/v1alpha1', kind: 'HTTPEndpoint' })
})

describe('the catalogue', () => {
  const itemOf = (component: string, name: string) => [...(componentCatalogue(component)?.items ?? []), ...(componentCatalogue(component)?.profiles.flat() ?? [])].find((item) => item.name === name)

  test('has every component of the pinned version, aliases too, and their versions', () => {
    expect(Object.keys(componentVersions).length).toBeGreaterThan(140)
    expect(componentVersions).toMatchObject({ 'state.postgresql': ['v1', 'v2'], 'state.sqlite3': ['v1'], 'secretstores.aws.secretmanager': ['v1'] })
    expect(componentVersions).not.toHaveProperty(['pubsub.redpanda'])
  })

  test('knows what a component takes: types, what is needed, what is secret, what is allowed', () => {
    expect(itemOf('state.redis/v1', 'redisHost')).toEqual({ name: 'redisHost', type: 'string', required: true })
    expect(itemOf('state.redis/v1', 'redisPassword')).toMatchObject({ sensitive: true })
    expect(itemOf('pubsub.kafka/v1', 'initialOffset')).toMatchObject({ default: 'newest', values: ['newest', 'oldest'] })
    expect(itemOf('pubsub.kafka/v1', 'dialTimeout')).toMatchObject({ type: 'duration', default: '30s' })
  })

  test('is right where a metadata file is not', () => {
    expect(itemOf('pubsub.redis/v1', 'redeliverInterval')).toMatchObject({ default: '15s' })
    expect(itemOf('pubsub.redis/v1', 'processingTimeout')).toMatchObject({ default: '60s' })
    expect(itemOf('pubsub.kafka/v1', 'consumeRetryEnabled')).toMatchObject({ default: 'true' })
    expect(itemOf('pubsub.kafka/v1', 'maxMessageBytes')).toEqual({ name: 'maxMessageBytes', type: 'number', min: 1 })
    for (const name of ['consumerID', 'allowedTopics', 'publishingScopes']) expect(itemOf('pubsub.kafka/v1', name)).toBeDefined()
    for (const name of ['keyPrefix', 'actorStateStore', 'outboxPublishTopic']) expect(itemOf('state.redis/v1', name)).toBeDefined()
    expect(itemOf('secretstores.kubernetes/v1', 'defaultNamespace')).toBeDefined()
  })

  test('knows the other names of an item, from the code', () => {
    expect(itemOf('state.azure.blobstorage/v2', 'storageAccount')).toMatchObject({ aliasOf: 'accountName' })
    expect(itemOf('state.postgresql/v2', 'url')).toMatchObject({ aliasOf: 'connectionString', sensitive: true })
  })

  test('has the annotations of the injector and the fields of Dapr\'s kinds', () => {
    expect(sidecarAnnotations).toMatchObject({ 'dapr.io/app-port': 'int', 'dapr.io/enabled': 'bool', 'dapr.io/block-shutdown-duration': 'string' })
    expect(Object.keys(sidecarAnnotations).length).toBeGreaterThan(60)
    expect(resourceSchemas['dapr.io/v2alpha1/Subscription']?.fields?.['spec']?.required).toEqual(['pubsubname', 'routes', 'topic'])
  })
})
