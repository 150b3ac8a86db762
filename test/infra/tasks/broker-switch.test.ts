import { describe, expect, test } from '@jest/globals'

import { environments } from '../../../infra/tasks/environments.ts'
import { find, podOf } from '../manifest.ts'
import { taskObjects } from '../task-objects.ts'

const keyed = (environment: keyof typeof environments): Map<string, unknown> =>
  new Map(taskObjects({ environment: environments[environment] }).map((object) => [`${object.kind} ${object.metadata.name}`, object]))

describe('switching Redis to Kafka', () => {
  const redis = keyed('dev')
  const kafka = keyed('kafka')

  test('changes the component and the digest on the pods that use it, and no other object', () => {
    const changed = [...redis].filter(([key, object]) => JSON.stringify(kafka.get(key)) !== JSON.stringify(object)).map(([key]) => key)
    expect(changed).toEqual(['Component pubsub', 'Deployment task-api', 'Deployment notification-service'])
  })

  test('adds the Kafka server and its topics, and takes nothing away', () => {
    const added = [...kafka.keys()].filter((key) => !redis.has(key)).map((key) => key.replace(/-[0-9a-f]{8}$/, ''))
    expect(added.sort()).toEqual(['ConfigMap kafka', 'Job kafka-topics', 'Service kafka', 'StatefulSet kafka'])
  })

  test.each(['task-api', 'notification-service'])('leaves the pods of %s as they are: images, containers, everything but the digest', (app) => {
    const [before, after] = [environments.dev, environments.kafka].map((environment) => podOf(find(taskObjects({ environment }), 'Deployment', app)))
    expect(after?.spec).toEqual(before?.spec)
    const { 'dapr-stack/config-digest': _, ...annotations } = before?.metadata.annotations ?? {}
    expect(after?.metadata.annotations).toMatchObject(annotations)
  })
})
