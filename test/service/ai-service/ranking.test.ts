import { expect, test } from '@jest/globals'
import fc from 'fast-check'

import type { Candidate } from '../../../config/tasks/index.ts'
import { ranked } from '../../../service/ai-service/ranking.ts'
import { aiService } from '../support/apps.ts'

const task = (id: string, fields: Partial<Candidate> = {}): Candidate => ({ id, due_date: null, priority: 1, created_at: '2026-01-01T00:00:00.000Z', ...fields })
const idsOf = (tasks: readonly Candidate[]) => tasks.map(({ id }) => id)

const date = fc.date({ min: new Date('2020-01-01T00:00:00Z'), max: new Date('2030-01-01T00:00:00Z'), noInvalidDate: true }).map((at) => at.toISOString())
const candidate = fc.record({ id: fc.uuid(), due_date: fc.option(date), priority: fc.integer({ min: 1, max: 5 }), created_at: date })
const candidates = fc.uniqueArray(candidate, { selector: ({ id }) => id, maxLength: 30 })

test('what is due first comes first, whatever offset it is written with, and what is never due comes last', () => {
  const tasks = [
    task('never', { priority: 5 }),
    task('noon in Berlin', { due_date: '2026-06-01T12:00:00+02:00' }),
    task('noon', { due_date: '2026-06-01T12:00:00Z' }),
    task('nine in New York', { due_date: '2026-06-01T09:00:00-04:00' }),
  ]
  expect(idsOf(ranked(tasks))).toEqual(['noon in Berlin', 'noon', 'nine in New York', 'never'])
})

test('of what is due at once the higher priority comes first, then the older task, then the lower id', () => {
  const due = '2026-06-01T12:00:00Z'
  const tasks = [
    task('b', { due_date: due }),
    task('a', { due_date: due }),
    task('older', { due_date: due, created_at: '2025-01-01T00:00:00Z' }),
    task('urgent', { due_date: due, priority: 5, created_at: '2026-05-01T00:00:00Z' }),
  ]
  expect(idsOf(ranked(tasks))).toEqual(['urgent', 'older', 'a', 'b'])
})

test('nothing is lost, invented or given twice, and the order in which tasks come does not matter', () => {
  fc.assert(fc.property(candidates, fc.infiniteStream(fc.nat()), (tasks, random) => {
    const shuffled = tasks.map((item) => ({ item, place: random.next().value as number })).sort((one, other) => one.place - other.place).map(({ item }) => item) // an infinite stream always has a value
    expect(ranked(shuffled)).toEqual(ranked(tasks))
    expect(idsOf(ranked(tasks)).sort()).toEqual(idsOf(tasks).sort())
  }))
})

test('no task comes before one that is due earlier', () => {
  fc.assert(fc.property(candidates, (tasks) => {
    const dues = ranked(tasks).map(({ due_date: due }) => (due === null ? Infinity : Date.parse(due)))
    expect(dues).toEqual(dues.toSorted((one, other) => (one === other ? 0 : one - other)))
  }))
})

test('the method gives as many as are asked for', async () => {
  const { app } = aiService()
  const payload = { user_id: 'ann', limit: 2, tasks: [task('a'), task('b', { priority: 4 }), task('c', { due_date: '2026-06-01T12:00:00Z' })] }
  const answer = await app.inject({ method: 'POST', url: '/get-recommendations', payload })
  expect([answer.statusCode, answer.json()]).toEqual([200, { task_ids: ['c', 'b'] }])
  expect((await app.inject({ method: 'POST', url: '/get-recommendations', payload: { ...payload, limit: 0 } })).statusCode).toBe(422)
})

test('10,000 tasks fit into one request', async () => {
  const { app } = aiService()
  const tasks = Array.from({ length: 10_000 }, (_, index) => task(`00000000-0000-4000-8000-${String(index).padStart(12, '0')}`, { due_date: '2026-06-01T12:00:00+02:00' }))
  const answer = await app.inject({ method: 'POST', url: '/get-recommendations', payload: { user_id: 'ann', limit: 50, tasks } })
  expect([answer.statusCode, answer.json<{ task_ids: string[] }>().task_ids.length]).toEqual([200, 50])
})
