import * as z from 'zod'

import { Preferences, RecommendationsQuery, User, UserCreate, UserId, UserRecommendations, UserTasksPage, UserTasksQuery } from '../../config/tasks/index.ts'
import { IdempotencyHeaders, NoQuery, type OperationLink } from '../http/index.ts'
import { exampleTask } from './task-operations.ts'

const example = {
  id: 'd9b2d63d-a233-4123-847a-76838bf2413a',
  name: 'Ada',
  email: 'ada@example.com',
  time_zone: 'Europe/London',
  created_at: exampleTask.created_at,
}
const params = z.object({ id: UserId.meta({ description: 'The id of the user.', examples: [example.id] }) })
const tags = ['users']

const ofUser = (operationId: string): OperationLink => ({ operationId, parameters: { id: '$response.body#/id' } })

const ok = { answers: { 200: {} }, problems: ['not-found'] } as const

const schemaOf = <const Operation extends string>(operationId: Operation, summary: string) => ({ operationId, summary, tags, params, querystring: NoQuery })

/** The operations on users: what they take and answer, checked at each request and shown in the API's document. */
export const userOperations = {
  register: {
    schema: {
      operationId: 'registerUser',
      summary: 'Registers a user; one that is authenticated registers themself, once',
      tags,
      querystring: NoQuery,
      headers: IdempotencyHeaders,
      body: UserCreate.meta({ title: 'UserCreate', examples: [{ name: example.name, email: example.email, time_zone: example.time_zone }] }),
      response: { 201: User.meta({ title: 'User', examples: [example] }) },
    },
    config: {
      answers: {
        201: {
          headers: ['location'],
          links: { read: ofUser('readUser'), preferences: ofUser('readPreferences'), tasks: ofUser('listUserTasks'), recommendations: ofUser('recommendTasks') },
        },
      },
      problems: ['conflict', 'key-reused'],
    },
  },
  read: { schema: { ...schemaOf('readUser', 'Reads a user'), response: { 200: User } }, config: ok },
  readPreferences: { schema: { ...schemaOf('readPreferences', 'Reads what a user wants to be told'), response: { 200: Preferences } }, config: ok },
  setPreferences: {
    schema: {
      ...schemaOf('setPreferences', 'Sets what a user wants to be told'),
      body: Preferences.meta({ title: 'Preferences', examples: [{ time_zone: example.time_zone, digest: true, reminder: false }] }),
      response: { 200: Preferences },
    },
    config: { ...ok, problems: ['not-found', 'conflict'] },
  },
  tasks: {
    schema: { ...schemaOf('listUserTasks', "Lists a user's tasks, those created last first"), querystring: UserTasksQuery, response: { 200: UserTasksPage.meta({ title: 'UserTasksPage' }) } },
    config: ok,
  },
  recommendations: {
    schema: {
      ...schemaOf('recommendTasks', "Ranks a user's open tasks, what to do first comes first"),
      querystring: RecommendationsQuery,
      response: { 200: UserRecommendations.meta({ title: 'UserRecommendations' }) },
    },
    config: ok,
  },
} as const
