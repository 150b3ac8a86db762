import { expect, test } from '@jest/globals'

import { deadLetterRoute, deadLetterSubscription, deadLetterTopic, eventRoute, isDeadLetterName, methodRoute } from '../../config/define/index.ts'

test('an event route is the one the seeds use', () => {
  expect(eventRoute('task-events')).toBe('/events/task-events')
})

test('dead letters come on a route of their own, by a Subscription of their own', () => {
  expect(deadLetterRoute('orders')).toBe('/dead-letters/orders')
  expect(deadLetterSubscription('billing-orders')).toBe('billing-orders-dead-letter')
})

test('a method is served at its name', () => {
  expect(methodRoute('notify')).toBe('/notify')
})

test('a dead-letter topic is known by its name, and no other is', () => {
  expect(deadLetterTopic('orders')).toBe('orders-dead-letter')
  expect(isDeadLetterName(deadLetterTopic('orders'))).toBe(true)
  expect(isDeadLetterName('orders')).toBe(false)
})
