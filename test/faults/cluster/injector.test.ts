import { expect, test } from '@jest/globals'

import type { Strike } from '../injector.ts'
import type { Fault } from '../plan.ts'
import { createClusterInjector, type Reach, type Signal } from './injector.ts'
import type { Container, Pod } from './pods.ts'

const container = (name: string, id: string, change: Partial<Container> = {}): Container => ({
  name, id, running: true, ready: true, restarts: 0, backOff: false, ended: [], ...change,
})

/** A cluster of two pods of one app: what is killed runs again at the next look, what is removed comes again under another name. */
const cluster = (change: Partial<Reach> = {}) => {
  const did: string[] = []
  const killed = new Set<string>()
  let lives = 0
  const pod = (name: string): Pod => ({ name, app: 'shop', leaving: false, containers: [container('shop', `${name}-shop`), container('daprd', `${name}-daprd`)] })
  let pods = [pod('shop-a'), pod('shop-b')]
  const again = (one: Container): Container => (killed.has(one.id) ? { ...one, id: `${one.id}-${(lives += 1)}`, restarts: one.restarts + 1 } : one)
  const reach: Reach = {
    pods: async () => {
      const seen = pods
      pods = pods.map((one) => ({ ...one, containers: one.containers.map(again) }))
      return seen
    },
    wanted: { shop: 2 },
    serverApps: { redis: 'redis', kafka: 'kafka' },
    signal: async (id: string, signal: Signal) => { did.push(`${signal} ${id}`) },
    removePod: async (name) => {
      did.push(`remove ${name}`)
      pods = pods.map((one) => (one.name === name ? pod(`${name}x`) : one))
    },
    restartRollout: async (app) => { did.push(`roll ${app}`) },
    rolledOut: async () => true,
    answers: async () => true,
    killed,
    ...change,
  }
  return { injector: createClusterInjector(reach), did, setPods: (change_: (pods: Pod[]) => Pod[]) => { pods = change_(pods) } }
}

const counter = () => {
  const struck: number[] = []
  const strike: Strike = async (blow) => {
    await blow()
    struck.push(1)
  }
  return { struck, strike }
}

const kill = (part: 'service' | 'sidecar' | 'pod', index = 0): Fault => ({ kind: 'kill', target: { app: 'shop', index, part }, ms: 1 })

test.each([
  ['service', ['SIGKILL shop-b-shop']],
  ['sidecar', ['SIGKILL shop-b-daprd']],
  ['pod', ['SIGKILL shop-b-shop', 'SIGKILL shop-b-daprd']],
] as const)('a kill of a %s ends its containers and is over when they run again', async (part, expected) => {
  const { injector, did } = cluster()
  const { struck, strike } = counter()
  await injector.inject(kill(part, 1), strike)
  expect([did, struck]).toEqual([expected, [1]])
})

test('a kill that found its container gone is made again and counts once', async () => {
  let tries = 0
  const { injector } = cluster({ signal: async () => { if ((tries += 1) === 1) throw new Error('no such task') } })
  const { struck, strike } = counter()
  await injector.inject(kill('service'), strike)
  expect([tries, struck]).toEqual([2, [1]])
})

test('a container is never killed twice in one life', async () => {
  const { injector, did } = cluster()
  const { strike } = counter()
  await injector.inject(kill('service'), strike)
  await injector.inject(kill('service'), strike)
  expect(new Set(did).size).toBe(2)
})

test('a pod whose next start is put off for long is removed, so that a new one takes its place', async () => {
  const { injector, did, setPods } = cluster()
  setPods(([first, ...rest]) => [{ ...first as Pod, containers: [container('shop', 'x', { running: false, ready: false, restarts: 2, backOff: true })] }, ...rest])
  await injector.healed()
  expect([did, injector.renewed]).toEqual([['remove shop-a'], 1])
})

test('a pause ends also where the container is gone by then', async () => {
  const { injector, did } = cluster()
  const { strike } = counter()
  await injector.inject({ kind: 'pause', target: { app: 'shop', index: 0, part: 'service' }, ms: 1 }, strike)
  expect(did).toEqual(['SIGSTOP shop-a-shop', 'SIGCONT shop-a-shop'])
})

test('a rolling update and the removal of a pod are faults', async () => {
  const { injector, did } = cluster()
  const { strike } = counter()
  await injector.inject({ kind: 'roll', app: 'shop' }, strike)
  await injector.inject({ kind: 'terminate', target: { app: 'shop', index: 0, part: 'pod' }, ms: 1 }, strike)
  expect(did).toEqual(['roll shop', 'remove shop-a'])
})
