import { describe, expect, test } from '@jest/globals'

import { around, drawingOf } from '../../../cli/dashboard/drawing.ts'
import { type ClusterFacts, countIn, deadLetterTrace, healthTrace } from '../../../cli/dashboard/facts.ts'
import { type Answers, snapshotOf, sourceNames } from '../../../cli/dashboard/snapshot.ts'
import type { SourceView } from '../../../cli/dashboard/view.ts'
import type { Finding } from '../../../cli/doctor/finding.ts'
import { pictureOf } from '../../../cli/graph/index.ts'
import { graphOfSize, shop } from '../graph/fixtures.ts'
import { type Changes, factsOf, readyPod } from './facts.ts'

const heading = { stack: 'shop', namespace: 'market', context: 'kind-market', version: 'v1.34.3', writes: false }
const healthy = { findings: [], unlooked: [], looked: 30 }
const answering = Object.values(sourceNames).map((name): SourceView => ({ name, state: 'answers', at: '2026-01-02T03:04:05.000Z' }))
const snapshot = (facts: ClusterFacts | undefined, answers: Partial<Answers> = {}, sources: readonly SourceView[] = answering) =>
  snapshotOf(heading, { ...(facts && { cluster: facts, counts: [countIn(facts)] }), counts: [], diagnosis: healthy, ...answers }, sources, new Date(0))
const of = (changes: Changes) => snapshot(factsOf(shop, changes))
const letter = { id: 'a', app: 'billing', topic: 'orders', type: 'placed', attempts: 3, lastFailedAt: '2026-01-02T03:04:05.000Z', lastError: 'no such account', event: '{}' }
const finding: Finding = { id: 'x', subject: 'Subscription/billing-orders', what: 'billing-orders is gone', evidence: ['no such object'], fix: 'run stack up', hidden: ['billing hears nothing'] }

const published = (count: number, failed = 0) => ({
  shop: `dapr_component_pubsub_egress_count{component="bus",topic="orders",success="true"} ${count}\ndapr_component_pubsub_egress_count{component="bus",topic="orders",success="false"} ${failed}`,
})

describe('the page of a stack', () => {
  test('says that all is well, with every app, component and Subscription', () => {
    const { verdict, problems, apps, components, subscriptions, jobs } = of({})
    expect({ verdict, problems }).toEqual({ verdict: 'healthy', problems: [] })
    expect(apps.map(({ app, whole, pods, images, sidecars }) => ({ app, whole, pods, images, sidecars }))).toEqual([
      { app: 'shop', whole: true, pods: [1, 1], images: ['registry.example/shop:1.2.3'], sidecars: ['1.18.2'] },
      { app: 'billing', whole: true, pods: [1, 1], images: ['registry.example/billing:1.2.3'], sidecars: ['1.18.2'] },
    ])
    expect(components.map(({ name, type, loadedBy }) => [name, type, loadedBy])).toEqual([['store', 'state.redis', ['shop', 'billing']], ['bus', 'pubsub.redis', ['shop', 'billing']], ['vault', 'secretstores.kubernetes', ['shop']]])
    expect(subscriptions.map(({ name, state }) => [name, state])).toEqual([['billing-orders', 'listed']])
    expect(jobs.map(({ app, kinds }) => [app, kinds])).toEqual([['shop', ['restock']]])
  })

  test('has no rate after one look, and one for each edge after two', () => {
    const [first, second] = [factsOf(shop, { metrics: published(10) }), factsOf(shop, { atMs: 4000, metrics: published(14, 2) })]
    const edge = (counts: Answers['counts'], cluster: ClusterFacts) => snapshot(cluster, { cluster, counts }).graph.edges.find(({ kind }) => kind === 'publishes')
    expect(edge([countIn(first)], first)).not.toHaveProperty('perSecond')
    expect(edge([countIn(first), countIn(second)], second)).toMatchObject({ mark: 'flows', count: 16, failed: 2, perSecond: 1.5, failedPerSecond: 0.5 })
  })

  test('names calls that fail now, and not those that failed once', () => {
    const wrong = (before: ClusterFacts, now: ClusterFacts) => snapshot(now, { cluster: now, counts: [countIn(before), countIn(now)] }).problems.map(({ what }) => what)
    expect(wrong(factsOf(shop, { metrics: published(0, 1) }), factsOf(shop, { atMs: 1000, metrics: published(0, 3) }))).toEqual(['calls fail (publish): 2.0 each second'])
    expect(wrong(factsOf(shop, { metrics: published(0, 3) }), factsOf(shop, { atMs: 1000, metrics: published(0, 3) }))).toEqual([])
  })

  test('names a Subscription that is gone, with the way to get it back', () => {
    const { problems, verdict, subscriptions } = of({ deaf: ['orders'], more: { subscriptions: [] } })
    expect(verdict).toBe('wrong')
    expect(problems).toMatchObject([{ subject: 'Subscription billing-orders', what: expect.stringContaining('is not in the cluster'), fix: expect.stringContaining('stack up') }])
    expect(subscriptions).toMatchObject([{ state: 'missing', there: false }])
  })

  test('says a thing once: doctor knows more of it', () => {
    const { problems } = snapshot(factsOf(shop, { deaf: ['orders'], more: { subscriptions: [] } }), { diagnosis: { ...healthy, findings: [finding] } })
    expect(problems.map(({ what }) => what)).toEqual(['billing-orders is gone'])
  })

  test('names an app whose sidecar is silent, and does not guess what it has loaded', () => {
    const { problems, apps, components, subscriptions, graph } = of({ silent: ['billing'] })
    expect(apps.map(({ uses }) => [...new Set(uses.map(({ state }) => state))])).toEqual([['loaded'], ['unknown']])
    expect(components.map(({ name, loadedBy, silent }) => [name, loadedBy, silent])).toEqual([['store', ['shop'], ['billing']], ['bus', ['shop'], ['billing']], ['vault', ['shop'], []]])
    expect(problems).toMatchObject([{ subject: 'billing', what: expect.stringContaining('does not answer: no route') }])
    expect(subscriptions).toMatchObject([{ state: 'unknown' }])
    expect(graph.edges.filter(({ to }) => to === 'app billing').map(({ mark }) => mark)).toContain('unknown')
  })

  test('names a component that is not loaded, and what is there without being declared', () => {
    const stray = { apiVersion: 'dapr.io/v2alpha1', kind: 'Subscription', metadata: { name: 'by-hand' }, spec: { pubsubname: 'bus', topic: 'orders' } }
    const { problems, apps, components } = of({ unloaded: ['vault'] })
    expect(apps[0]?.uses).toContainEqual({ name: 'vault', state: 'missing' })
    expect(problems).toMatchObject([{ subject: 'shop', what: 'component vault is not loaded' }])
    expect(components.find(({ name }) => name === 'vault')?.loadedBy).toEqual([])
    expect(of({ more: { subscriptions: [stray] } }).subscriptions).toContainEqual(expect.objectContaining({ name: 'by-hand', app: 'every app', state: 'not declared' }))
  })

  test('names dead letters that wait', () => {
    expect(snapshot(factsOf(shop), { deadLetters: [letter] }).problems).toMatchObject([{ what: '1 event waits that no app could handle', evidence: ['billing, topic orders: no such account'] }])
  })

  test.each<[string, readonly SourceView[], string]>([
    ['before the first answer', answering.map(({ name }) => ({ name, state: 'waiting' })), 'looking'],
    ['while doctor looks', answering.map((one) => (one.name === sourceNames.doctor ? { name: one.name, state: 'waiting' } : one)), 'looking'],
    ['where something does not answer', answering.map((one) => (one.name === sourceNames.deadLetters ? { ...one, state: 'silent', why: 'no answer in 30 s' } : one)), 'silent'],
  ])('does not call a stack healthy %s', (_, sources, verdict) => {
    expect(snapshot(factsOf(shop), {}, sources).verdict).toBe(verdict)
  })

  test('does not call a stack healthy of which doctor could not see all', () => {
    expect(snapshot(factsOf(shop), { diagnosis: { ...healthy, unlooked: [{ what: 'logs of shop-0', why: 'no answer' }] } }).verdict).toBe('silent')
  })

  test('is a page, and no error, before anything answered', () => {
    expect(snapshot(undefined)).toMatchObject({ apps: [], graph: { key: '', edges: [] } })
  })
})

describe('the reason to look again', () => {
  const came = { billing: 'dapr_component_pubsub_ingress_count{component="bus",topic="orders-dead-letter",process_status="success"} 1' }

  test('for dead letters is a delivery of one, and not that of another event', () => {
    expect(deadLetterTrace(factsOf(shop, { metrics: came }))).not.toBe(deadLetterTrace(factsOf(shop)))
    expect(deadLetterTrace(factsOf(shop, { metrics: published(7) }))).toBe(deadLetterTrace(factsOf(shop)))
  })

  test.each<[string, Changes]>([
    ['a Subscription that is gone', { more: { subscriptions: [] } }],
    ['a component that is not loaded any more', { unloaded: ['store'] }],
    ['a sidecar that falls silent', { silent: ['shop'] }],
    ['a pod that is not ready', { more: { pods: [readyPod('shop', { status: {} })] } }],
  ])('for doctor is %s', (_, changes) => {
    expect(healthTrace(factsOf(shop, changes))).not.toBe(healthTrace(factsOf(shop)))
  })

  test('for doctor is not traffic', () => {
    expect(healthTrace(factsOf(shop, { atMs: 5, metrics: published(7) }))).toBe(healthTrace(factsOf(shop)))
  })
})

describe('the drawing of the graph', () => {
  const drawing = (changes: Changes) => drawingOf(factsOf(shop, changes), undefined)

  test('stays the same when only numbers and marks change, for its edges are written on', () => {
    expect(drawing({ metrics: published(5), deaf: ['orders'] }).key).toBe(drawing({}).key)
    expect(drawing({}).picture.edges.map(({ id }) => id)).toEqual(drawing({}).edges.map(({ id }) => id))
  })

  test('becomes another one when an edge comes that is not declared', () => {
    const stray = { billing: 'dapr_component_pubsub_egress_count{component="bus",topic="gifts",success="true"} 1' }
    expect(drawing({ metrics: stray }).key).not.toBe(drawing({}).key)
    expect(drawing({ metrics: stray }).edges.map(({ mark }) => mark)).toContain('not declared')
  })

  test('of fifty apps is cut down to what one has to do with, by the same ids', () => {
    const picture = pictureOf(graphOfSize(50))
    const part = around(picture, 'service-number-3')
    expect(part.nodes.length).toBeLessThan(25)
    expect(picture.edges).toEqual(expect.arrayContaining([...part.edges]))
    expect(part.edges.some(({ from, to }) => from !== 'app service-number-3' && to !== 'app service-number-3')).toBe(true)
    const ends = new Set(part.edges.flatMap(({ from, to }) => [from, to]))
    expect(part.nodes.filter(({ id }) => !ends.has(id))).toEqual([])
  })
})
