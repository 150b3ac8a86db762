import { expect, test } from '@jest/globals'

import { deadLetterTopic, eventRoute, isDeadLetterTopic, methodRoute } from '../../config/define/index.ts'

test('an event route is the one the seeds use', () => {
  expect(eventRoute('task-events')).toBe('/events/task-events')
})

test('a method is served at its name', () => {
  expect(methodRoute('notify')).toBe('/notify')
})

test('a dead-letter topic is known by its name, and no other is', () => {
  expect(deadLetterTopic('orders')).toBe('orders-dead-letter')
  expect(isDeadLetterTopic(deadLetterTopic('orders'))).toBe(true)
  expect(isDeadLetterTopic('orders')).toBe(false)
})
