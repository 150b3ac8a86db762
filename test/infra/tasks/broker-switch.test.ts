import { describe, expect, test } from '@jest/globals'

import { environments } from '../../../infra/tasks/environments.ts'
import { find, podOf } from '../manifest.ts'
import { taskObjects } from '../task-objects.ts'

const keyed = (environment: keyof typeof environments): Map<string, unknown> =>
  new Map(taskObjects({ environment: environments[environment] }).map((object) => [`${object.kind} ${object.metadata.name}`, object]))

const serverNamed = (name: string, job: string): string[] =>
  ['ConfigMap', 'NetworkPolicy', 'PodDisruptionBudget', 'Service', 'ServiceAccount', 'StatefulSet'].map((kind) => `${kind} ${name}`).concat(`Job ${job}`, `NetworkPolicy ${job}`).sort()

const servers = { kafka: serverNamed('kafka', 'kafka-topics'), jetstream: serverNamed('nats', 'nats-streams') }

describe.each(['kafka', 'jetstream'] as const)('switching Redis to %s', (broker) => {
  const before = keyed('dev')
  const after = keyed(broker)

  test('changes the component, where the pods that use it may connect to and the digest on them, and no other object', () => {
    const changed = [...before].filter(([key, object]) => JSON.stringify(after.get(key)) !== JSON.stringify(object)).map(([key]) => key)
    expect(changed).toEqual(['Component pubsub', 'NetworkPolicy task-api', 'NetworkPolicy notification-service', 'Deployment task-api', 'Deployment notification-service'])
  })

  test('adds the server and its topics, and takes nothing away', () => {
    const added = [...after.keys()].filter((key) => !before.has(key)).map((key) => key.replace(/-[0-9a-f]{8}$/, ''))
    expect(added.sort()).toEqual(servers[broker])
  })

  test.each(Object.keys(environments.dev.apps))('leaves the pods of %s as they are: images, containers, everything but the digest', (app) => {
    const [old, now] = [environments.dev, environments[broker]].map((environment) => podOf(find(taskObjects({ environment }), 'Deployment', app)))
    expect(now?.spec).toEqual(old?.spec)
    const { 'dapr-stack/config-digest': _, ...annotations } = old?.metadata.annotations ?? {}
    expect(now?.metadata.annotations).toMatchObject(annotations)
  })
})
