import * as z from 'zod'

import { Task, TaskCreate, TaskStatusQuery, TaskUpdate } from '../../config/tasks/index.ts'
import { IdempotencyHeaders, IfMatchHeaders, IfNoneMatchHeaders, NoQuery, type OperationLink, type ProblemCode } from '../http/index.ts'

export const exampleTask = {
  id: '5f0c6d0e-5a0c-4a57-9d3c-0c1d3d6f5a11',
  title: 'Learn Dapr',
  description: null,
  status: 'pending' as const,
  priority: 2,
  user_id: null,
  due_date: null,
  created_at: '2026-01-01T09:00:00.000Z',
  updated_at: '2026-01-01T09:00:00.000Z',
}
const params = z.object({ id: z.string().meta({ description: 'The id of the task, as its creation answered it.', examples: [exampleTask.id] }) })
const tags = ['tasks']
const answer = Task.meta({ title: 'Task', examples: [exampleTask] })

/** What one can do next with the task of an answer. */
const next = {
  read: { operationId: 'readTask', parameters: { id: '$response.body#/id' } },
  update: { operationId: 'updateTask', parameters: { id: '$response.body#/id', 'if-match': '$response.header.ETag' } },
  setStatus: { operationId: 'setTaskStatus', parameters: { id: '$response.body#/id', 'if-match': '$response.header.ETag' } },
  remove: { operationId: 'deleteTask', parameters: { id: '$response.body#/id', 'if-match': '$response.header.ETag' } },
} satisfies Readonly<Record<string, OperationLink>>

const changeProblems: readonly ProblemCode[] = ['not-found', 'conflict', 'precondition-failed', 'precondition-required']

/** The operations on tasks: what they take and answer, checked at each request and shown in the API's document. */
export const taskOperations = {
  create: {
    schema: {
      operationId: 'createTask',
      summary: 'Creates a task',
      tags,
      querystring: NoQuery,
      headers: IdempotencyHeaders,
      body: TaskCreate.meta({ title: 'TaskCreate', examples: [{ title: 'Learn Dapr', priority: 2 }] }),
      response: { 201: answer },
    },
    config: {
      answers: { 201: { headers: ['location', 'etag'], links: next } },
      problems: ['conflict', 'gone', 'key-reused'],
    },
  },
  read: {
    schema: { operationId: 'readTask', summary: 'Reads a task', tags, params, querystring: NoQuery, headers: IfNoneMatchHeaders, response: { 200: answer } },
    config: {
      answers: { 200: { headers: ['etag'], links: { update: next.update, setStatus: next.setStatus, remove: next.remove } }, 304: { headers: ['etag'] } },
      problems: ['not-found'],
    },
  },
  update: {
    schema: {
      operationId: 'updateTask',
      summary: 'Replaces what a task says',
      tags,
      params,
      querystring: NoQuery,
      headers: IfMatchHeaders,
      body: TaskUpdate.meta({ title: 'TaskUpdate', examples: [{ title: 'Learn Dapr well', priority: 3 }] }),
      response: { 200: answer },
    },
    config: { answers: { 200: { headers: ['etag'], links: next } }, problems: changeProblems },
  },
  setStatus: {
    schema: { operationId: 'setTaskStatus', summary: 'Changes the status of a task', tags, params, querystring: TaskStatusQuery, headers: IfMatchHeaders, response: { 200: answer } },
    config: { answers: { 200: { headers: ['etag'], links: next } }, problems: changeProblems },
  },
  remove: {
    schema: { operationId: 'deleteTask', summary: 'Removes a task', tags, params, querystring: NoQuery, headers: IfMatchHeaders },
    config: { answers: { 204: {} }, problems: changeProblems },
  },
} as const
