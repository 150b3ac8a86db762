import { describe, expect, test } from '@jest/globals'

import { type AppSettings, type Autoscaling, type Backend, PubSub, type SecretKey } from '../../../infra/constructs/index.ts'
import { find, type Manifest, namesOf } from '../manifest.ts'
import { backends, ordersObjects, small } from '../orders-chart.ts'

const secret = (name: string): SecretKey => ({ secret: name, key: 'value' })

/** The orders stack whose app `billing`, which hears of orders, scales by itself. */
const scaled = (autoscaling: Autoscaling, bus: Backend<'pubsub'> = backends.bus): Manifest[] => {
  const billing: AppSettings = { ...small, replicas: 2, autoscaling }
  return ordersObjects({ apps: { shop: small, billing, stock: small }, backends: { ...backends, bus } })
}
const triggersOf = (objects: Manifest[]) => (find(objects, 'ScaledObject', 'billing').spec as { triggers: { type: string; metadata: object; authenticationRef?: object }[] }).triggers

describe('an app that scales by CPU', () => {
  const objects = scaled({ maxReplicas: 5, cpuPercent: 60 })

  test('has a HorizontalPodAutoscaler from its replicas up to the most', () => {
    expect(find(objects, 'HorizontalPodAutoscaler', 'billing').spec).toEqual({
      scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'billing' },
      minReplicas: 2,
      maxReplicas: 5,
      metrics: [{ type: 'Resource', resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: 60 } } }],
    })
  })

  test('has a Deployment that says no number of pods, and the others are as they were', () => {
    expect(find(objects, 'Deployment', 'billing').spec).not.toHaveProperty('replicas')
    expect(find(objects, 'Deployment', 'shop').spec).toMatchObject({ replicas: 3 })
    expect(namesOf(objects, 'HorizontalPodAutoscaler')).toEqual(['billing'])
  })
})

describe('an app that scales by the events that wait for it', () => {
  test('has a ScaledObject by the lag of its consumer group on Redis, and by CPU', () => {
    const objects = scaled({ maxReplicas: 5, eventsPerPod: 100 })
    expect(find(objects, 'ScaledObject', 'billing').spec).toMatchObject({ scaleTargetRef: { name: 'billing' }, minReplicaCount: 2, maxReplicaCount: 5 })
    expect(triggersOf(objects)).toEqual([
      { type: 'cpu', metricType: 'Utilization', metadata: { value: '70' } },
      { type: 'redis-streams', metadata: { address: 'redis.market:6379', stream: 'orders', consumerGroup: 'billing', lagCount: '100', activationLagCount: '0' } },
    ])
    expect(namesOf(objects, 'HorizontalPodAutoscaler')).toEqual([])
  })

  test('has one by the lag on Kafka, with the login from its Secrets', () => {
    const bus = PubSub.kafka({ brokers: 'kafka:9092', credentials: { user: secret('user'), password: secret('password') }, tls: true })
    const objects = scaled({ maxReplicas: 3, eventsPerPod: 10 }, bus)
    expect(triggersOf(objects)[1]).toEqual({
      type: 'kafka',
      metadata: { bootstrapServers: 'kafka.market:9092', sasl: 'scram_sha512', tls: 'enable', topic: 'orders', consumerGroup: 'billing', lagThreshold: '10', offsetResetPolicy: 'earliest' },
      authenticationRef: { name: 'billing-bus' },
    })
    expect(find(objects, 'TriggerAuthentication', 'billing-bus').spec).toEqual({ secretTargetRef: [{ parameter: 'username', name: 'user', key: 'value' }, { parameter: 'password', name: 'password', key: 'value' }] })
  })

  test('leaves an address as it is that is found from everywhere', () => {
    const brokers = (given: string) => triggersOf(scaled({ maxReplicas: 3, eventsPerPod: 10 }, PubSub.kafka({ brokers: given })))[1]?.metadata
    expect(brokers('b-1.kafka.example:9092, 10.0.0.7:9092,[::1]:9092')).toMatchObject({ bootstrapServers: 'b-1.kafka.example:9092, 10.0.0.7:9092,[::1]:9092' })
    expect(brokers('kafka-1:9092,kafka-2.other:9092, kafka-3:9092')).toMatchObject({ bootstrapServers: 'kafka-1.market:9092,kafka-2.other:9092, kafka-3.market:9092' })
  })

  test('fails where the broker is one whose backlog KEDA does not count', () => {
    expect(() => scaled({ maxReplicas: 5, eventsPerPod: 10 }, PubSub.inMemory())).toThrow('autoscaling of app "billing": eventsPerPod is for pubsub.redis and pubsub.kafka, and bus is pubsub.in-memory; leave it out, or change the backend')
  })

  test('fails where the address of the broker is a secret', () => {
    expect(() => scaled({ maxReplicas: 5, eventsPerPod: 10 }, PubSub.kafka({ brokers: secret('kafka') }))).toThrow('the address of bus is a secret, which KEDA does not read; give it as text, or leave eventsPerPod out')
  })
})

test('fails for numbers out of their range, all at once', () => {
  expect(() => scaled({ maxReplicas: 2, cpuPercent: 0, eventsPerPod: 0.5 })).toThrow(
    'autoscaling of app "billing": maxReplicas is 2, and must be an integer above replicas, which is 2; cpuPercent is 0, and must be an integer from 1 to 100; eventsPerPod is 0.5, and must be an integer of 1 or more',
  )
})
