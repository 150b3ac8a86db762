import { expect, test } from '@jest/globals'

import { images } from '../../../infra/images.ts'
import { find } from '../manifest.ts'
import { taskObjects } from '../task-objects.ts'
import { type SeedObject, seedObjects } from './seeds.ts'

/** Where an object does not say what the seed says: path → [seed, ours]. */
type Difference = readonly [path: string, seed: unknown, ours: unknown]

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null
const nameOf = (value: unknown) => (isObject(value) && typeof value['name'] === 'string' ? value['name'] : undefined)

/** Items of a list belong together by name, where they have one that the seed gives; else by place. */
const counterpart = (item: unknown, index: number, list: readonly unknown[]) =>
  nameOf(item) === undefined ? list[index] : list.find((other) => nameOf(other) === nameOf(item))

const differences = (seed: unknown, ours: unknown, path: string): Difference[] => {
  if (Array.isArray(seed)) {
    const list: readonly unknown[] = Array.isArray(ours) ? ours : []
    return seed.flatMap((item: unknown, index) => differences(item, counterpart(item, index, list), `${path}[${nameOf(item) ?? index}]`))
  }
  if (isObject(seed)) {
    return isObject(ours) ? Object.entries(seed).flatMap(([key, value]) => differences(value, ours[key], `${path}.${key}`)) : [[path, seed, ours]]
  }
  return Object.is(seed, ours) ? [] : [[path, seed, ours]]
}

const objects = taskObjects()
const compared = ({ kind, metadata: { name } }: SeedObject) => `${kind}/${name}`
const all = seedObjects.flatMap((seed) => differences(seed, find(objects, seed.kind, seed.metadata.name), compared(seed)))

test('the manifests say all that the seeds say, but for what must be otherwise', () => {
  const longHost = 'redis-master.default.svc.cluster.local:6379'
  const container = 'Deployment/task-api.spec.template.spec.containers[task-api]'
  expect(all).toEqual([
    // The short name leads to the Redis of whatever namespace the stack is in.
    ['Component/statestore.spec.metadata[redisHost].value', longHost, 'redis-master:6379'],
    // An empty password is what leaving it out means.
    ['Component/statestore.spec.metadata[redisPassword]', { name: 'redisPassword', value: '' }, undefined],
    ['Component/pubsub.spec.metadata[redisHost].value', longHost, 'redis-master:6379'],
    // A tag that does not move.
    [`${container}.image`, 'task-api:latest', images.app],
    // Whether the process lives and whether it can serve are two questions.
    [`${container}.readinessProbe.httpGet.path`, '/health', '/ready'],
  ])
})

test('every object of the seeds was compared', () => {
  expect(seedObjects.map(compared)).toEqual([
    'Component/statestore',
    'Component/pubsub',
    'Component/kubernetes-secrets',
    'Subscription/task-subscription',
    'Deployment/task-api',
    'Service/task-api',
  ])
})

test('a value that the manifests lack is found', () => {
  const seed = { kind: 'Service', metadata: { name: 'task-api' }, spec: { ports: [{ port: 81 }] } }
  expect(differences(seed, find(objects, 'Service', 'task-api'), 'it')).toEqual([['it.spec.ports[0].port', 81, 80]])
})
