import { describe, expect, test } from '@jest/globals'

import type { KubeObject } from '../../../cli/kube/port.ts'
import { type LeftBroker, questionsOf, undeliveredText } from '../../../cli/stack/brokers/backlog.ts'
import { addressOf } from '../../../cli/stack/brokers/broker-pod.ts'
import { pendingIn } from '../../../cli/stack/brokers/jetstream.ts'
import { committedIn, countInKafka, offsetsIn } from '../../../cli/stack/brokers/kafka.ts'
import { choiceOf } from '../../../cli/stack/brokers/leave.ts'
import { backlogIn } from '../../../cli/stack/brokers/redis.ts'
import { switchesIn } from '../../../cli/stack/brokers/switch.ts'
import type { ObjectDiff } from '../../../cli/stack/diff/object-diff.ts'
import { optionsOf } from '../../../cli/stack/options.ts'

const [billing, shop] = [{ topic: 'orders', app: 'billing' }, { topic: 'orders', app: 'shop' }]

const component = (type: string, metadata: readonly object[]): KubeObject => ({ apiVersion: 'dapr.io/v1alpha1', kind: 'Component', metadata: { name: 'bus' }, spec: { type, version: 'v1', metadata } })
const ref = { apiVersion: 'dapr.io/v1alpha1', kind: 'Component', name: 'bus' }

describe('a broker switch', () => {
  const changed = (path: string[], from: unknown, to: unknown): ObjectDiff => ({ verdict: 'change', ref, fields: [{ path, from, to, drift: false }] })

  test('is a pubsub component of another type', () => {
    expect(switchesIn([changed(['spec', 'type'], 'pubsub.redis', 'pubsub.kafka')])).toEqual([{ component: 'bus', from: 'pubsub.redis', to: 'pubsub.kafka' }])
  })

  test.each([
    ['another store', changed(['spec', 'type'], 'state.redis', 'state.postgresql')],
    ['another setting', changed(['spec', 'metadata'], '10', '20')],
    ['a new component', { verdict: 'create', ref } satisfies ObjectDiff],
  ])('is not %s', (_, diff) => {
    expect(switchesIn([diff])).toEqual([])
  })
})

describe('the address of a broker', () => {
  test.each([
    ['pubsub.redis', 'redisHost', 'redis:6380', { host: 'redis', port: 6380 }],
    ['pubsub.kafka', 'brokers', 'kafka-0:9092,kafka-1:9092', { host: 'kafka-0', port: 9092 }],
    ['pubsub.jetstream', 'natsURL', 'nats://nats.market', { host: 'nats.market', port: 4222 }],
  ])('of %s stands in %s', (type, name, value, address) => {
    expect(addressOf(component(type, [{ name, value }]))).toEqual(address)
  })

  test('fails where it is a secret, or the type is none that can be counted', () => {
    expect(() => addressOf(component('pubsub.kafka', [{ name: 'brokers', secretKeyRef: { name: 'kafka', key: 'brokers' } }]))).toThrow('where bus finds its broker is a secret')
    expect(() => addressOf(component('pubsub.rabbitmq', []))).toThrow('what pubsub.rabbitmq has not delivered cannot be counted')
  })
})

describe('what is not delivered', () => {
  test('in Redis is what the group holds and what it has not been given; all of it for a group that never asked', () => {
    expect(backlogIn('orders\t\t9\norders\tbilling\t4\nother\t\t1\n', [billing, shop, { topic: 'none', app: 'shop' }])).toEqual([{ ...billing, count: 4 }, { ...shop, count: 9 }, { topic: 'none', app: 'shop', count: 0 }])
  })

  // As Kafka 4.1 prints it.
  const table = `
GROUP           TOPIC           PARTITION  CURRENT-OFFSET  LOG-END-OFFSET  LAG             CONSUMER-ID  HOST            CLIENT-ID
billing         orders          0          2               5               3               -            -               -
billing         orders          1          4               4               0               sarama-1     /10.0.0.1       sarama
billing         orders          2          -               2               -               -            -               -

GROUP           TOPIC           PARTITION  CURRENT-OFFSET  LOG-END-OFFSET  LAG             CONSUMER-ID  HOST            CLIENT-ID
shop            returns         0          1               1               0               -            -               -
`

  const counted = (groups: string) => {
    const exec = async (command: readonly string[]) => {
      if (command.some((word) => word.endsWith('ConsumerGroupCommand'))) return groups
      return command.includes('latest') ? 'orders:0:5\norders:1:4\norders:2:2\norders-2:0:9\n' : 'orders:0:1\norders:1:0\norders:2:0\norders-2:0:0\n'
    }
    return countInKafka({ address: 'kafka:9092', port: 9092, exec }, [billing, shop])
  }

  test('in Kafka is what is behind the offset of the group, and all of a partition or a topic for a group that never committed there', async () => {
    expect(await counted(table)).toEqual([{ ...billing, count: 5 }, { ...shop, count: 10 }])
  })

  test('in Kafka is the same for a group that nobody is in, of which the tool leaves out what it never committed', async () => {
    expect(await counted(table.replace(/^.*-               2 .*\n/m, ''))).toEqual([{ ...billing, count: 5 }, { ...shop, count: 10 }])
  })

  test('in Kafka is nothing of a partition whose events are gone, or behind where the group is', async () => {
    expect(committedIn('')).toEqual(new Map())
    expect(offsetsIn('a.b:0:3\nsomething else\n')).toEqual(new Map([['a.b:0', 3]]))
    expect(await counted(table.replace('orders          0          2', 'orders          0          9'))).toEqual([{ ...billing, count: 2 }, { ...shop, count: 10 }])
  })

  const answer = (app: string, pending: number, held: number) => `MSG stack.answers 1 20\n${JSON.stringify({ stream_name: 'or:ders', name: app, num_pending: pending, num_ack_pending: held })}\n`
  const dotted = (app: string) => ({ topic: 'or.ders', app })

  test('in JetStream is what waits and what is under way', () => {
    expect(pendingIn(`INFO {}\n${answer('shop', 0, 0)}${answer('billing', 3, 2)}PONG\n`, [dotted('billing'), dotted('shop')])).toEqual([{ ...dotted('billing'), count: 5 }, { ...dotted('shop'), count: 0 }])
  })

  test('fails in JetStream for a consumer that is not there', () => {
    expect(() => pendingIn(answer('shop', 0, 0), [dotted('billing')])).toThrow('JetStream tells of no consumer billing in stream or:ders')
  })

  test('is asked of every subscription of the component and of its dead letters', () => {
    const subscription = { name: 'a', pubsub: 'bus', ...billing, deadLetterTopic: 'orders-dead-letter' }
    expect(questionsOf({ subscriptions: [subscription, { ...subscription, pubsub: 'other' }] }, 'bus')).toEqual([billing, { topic: 'orders-dead-letter', app: 'billing' }])
  })
})

describe('what happens to what is not delivered', () => {
  const broker: LeftBroker = { component: 'bus', from: 'pubsub.redis', to: 'pubsub.kafka', live: component('pubsub.redis', []), questions: [] }
  const some = { broker, backlogs: [{ ...billing, count: 2 }] }
  const none = { broker, backlogs: [] }
  const unknown = { broker, unknown: 'where bus finds its broker is a secret' }
  const choose = (all: Parameters<typeof choiceOf>[1], given: Readonly<Record<string, unknown>>, interactive = false) =>
    choiceOf({ host: { interactive } as Parameters<typeof choiceOf>[0]['host'], options: optionsOf(given) }, all) // it reads nothing else of the host

  test('is asked where somebody can be, and said on the command line where not', () => {
    expect(choose([some], {}, true)).toBeUndefined()
    expect(choose([some], { yes: true, undelivered: 'wait' })).toBe('wait')
    expect(choose([unknown], { yes: true, undelivered: 'leave' })).toBe('leave')
  })

  test('is nothing where there is nothing', () => {
    expect(choose([none], { yes: true })).toBe('wait')
  })

  test('fails with the count and the flag where nobody can be asked and it is not said', () => {
    expect(() => choose([some], { yes: true }, true)).toThrow(/bus changes from pubsub\.redis to pubsub\.kafka; 2 events not delivered yet: 2 of orders for billing; give --undelivered wait/)
    expect(() => choose([unknown], { yes: true })).toThrow(/is not known: where bus finds its broker is a secret/)
  })

  test('fails where it is not known and is to be waited for', () => {
    expect(() => choose([unknown], { undelivered: 'wait' })).toThrow('cannot be waited for')
  })

  test('is said also where it is nothing', () => {
    expect(undeliveredText(none)).toBe('bus changes from pubsub.redis to pubsub.kafka; every event is delivered')
  })
})
