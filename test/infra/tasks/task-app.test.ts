import { describe, expect, test } from '@jest/globals'

import { find, namesOf } from '../manifest.ts'
import { synthesized, taskObjects } from '../task-objects.ts'

const objects = taskObjects()

test('two synths of one config are equal', () => {
  expect(synthesized().synthYaml()).toBe(synthesized().synthYaml())
})

test('the manifest has the objects that the config names', () => {
  expect(namesOf(objects, 'Component')).toEqual(['statestore', 'notification-store', 'pubsub', 'kubernetes-secrets'])
  expect(namesOf(objects, 'Subscription')).toEqual(['task-subscription', 'user-subscription', 'due-soon-subscription'].flatMap((name) => [name, `${name}-dead-letter`]))
  expect(namesOf(objects, 'Configuration')).toEqual(['task-api', 'notification-service', 'ai-service'])
  expect(namesOf(objects, 'Resiliency')).toEqual(['task-api', 'notification-service'])
  expect(namesOf(objects, 'NetworkPolicy')).toEqual(['redis-master', 'tasks-default-deny', 'task-api', 'notification-service', 'ai-service'])
  expect(namesOf(objects, 'ServiceAccount')).toEqual(['redis-master', 'task-api', 'notification-service', 'ai-service'])
  expect(namesOf(objects, 'Deployment')).toEqual(['task-api', 'notification-service', 'ai-service'])
  expect(namesOf(objects, 'Service')).toEqual(['redis-master', 'task-api', 'notification-service', 'ai-service'])
  expect(namesOf(objects, 'StatefulSet')).toEqual(['redis-master'])
})

test('each app starts its own program of the one image', () => {
  const tagged = taskObjects({ image: 'some/image:1' })
  for (const app of ['task-api', 'notification-service', 'ai-service']) {
    expect(find(tagged, 'Deployment', app).spec).toMatchObject({
      template: { spec: { containers: [{ image: 'some/image:1', command: ['node', `service/${app}/main.js`] }] } },
    })
  }
})

test('only the task API may invoke the others', () => {
  const callers = (app: string) => find(objects, 'Configuration', app).spec
  expect(callers('task-api')).toMatchObject({ accessControl: { defaultAction: 'deny', policies: [] } })
  expect(callers('notification-service')).toMatchObject({
    accessControl: {
      defaultAction: 'deny',
      policies: [{ appId: 'task-api', namespace: 'default', operations: [{ name: '/notify', action: 'allow' }, { name: '/send', action: 'allow' }] }],
    },
  })
  expect(callers('ai-service')).toMatchObject({
    accessControl: { defaultAction: 'deny', policies: [{ appId: 'task-api', operations: [{ name: '/get-recommendations', action: 'allow' }] }] },
  })
})

test('each store is for the app that keeps what is in it', () => {
  expect(find(objects, 'Component', 'statestore').scopes).toEqual(['task-api'])
  expect(find(objects, 'Component', 'notification-store').scopes).toEqual(['notification-service'])
})

describe('the namespace', () => {
  const elsewhere = taskObjects({ namespace: 'tasks-2' })

  test('is not created when it is default, which every cluster has', () => {
    expect(namesOf(objects, 'Namespace')).toEqual([])
    expect(new Set(objects.map(({ metadata }) => metadata.namespace))).toEqual(new Set(['default']))
  })

  test('is created when it is another, and holds everything else', () => {
    expect(namesOf(elsewhere, 'Namespace')).toEqual(['tasks-2'])
    const others = elsewhere.filter(({ kind }) => kind !== 'Namespace')
    expect(new Set(others.map(({ metadata }) => metadata.namespace))).toEqual(new Set(['tasks-2']))
  })

  test('is applied first, for kubectl applies files in the order of their names', () => {
    expect(synthesized({ namespace: 'tasks-2' }).synthYaml()).toMatch(/^apiVersion: v1\nkind: Namespace\n/)
  })

  test('is that of the callers', () => {
    expect(JSON.stringify(find(elsewhere, 'Configuration', 'notification-service'))).toContain('"namespace":"tasks-2"')
    expect(JSON.stringify(elsewhere)).not.toContain('"namespace":"default"')
  })
})
