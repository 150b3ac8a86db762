import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

import { KubeConfig } from '@kubernetes/client-node'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals'

import { clusterPort, restOf } from '../../../cli/kube/index.ts'
import { holds, wordsOf } from '../../../cli/stack/logs/filter.ts'
import { followAll } from '../../../cli/stack/logs/follow.ts'
import { type LogLine, logLine } from '../../../cli/stack/logs/line.ts'
import { liveMerge, merged } from '../../../cli/stack/logs/merge.ts'
import { type LogReader, readAll } from '../../../cli/stack/logs/read.ts'
import { lineText } from '../../../cli/stack/logs/render.ts'
import { sourcesOf, wantedApps } from '../../../cli/stack/logs/sources.ts'
import { optionsOf } from '../../../cli/stack/options.ts'
import { type Pod, podOf } from '../../../cli/stack/up/pods.ts'

const shop = { app: 'shop', pod: 'shop-1', container: 'shop' }
const sidecar = { ...shop, container: 'daprd' }
const at = (second: number, text = '', origin = shop): LogLine => ({ ...origin, time: `2026-01-02T03:04:${String(second).padStart(2, '0')}.000000000Z`, text })
const texts = (lines: readonly LogLine[]): string[] => lines.map(({ text }) => text)

describe('a line', () => {
  test.each([
    ['2026-01-02T03:04:05.678901234Z hello', '2026-01-02T03:04:05.678901234Z'],
    ['2026-01-02T03:04:05.6Z hello', '2026-01-02T03:04:05.600000000Z'],
    ['2026-01-02T03:04:05Z hello', '2026-01-02T03:04:05.000000000Z'],
    ['2026-01-02T01:04:05.6-02:00 hello', '2026-01-02T03:04:05.600000000Z'],
  ])('%s has a time that compares as text', (raw, time) => {
    expect(logLine(shop, raw)).toEqual({ ...shop, time, text: 'hello' })
  })

  test('may be empty, or hold spaces', () => {
    expect(logLine(shop, '2026-01-02T03:04:05Z ')?.text).toBe('')
    expect(logLine(shop, '2026-01-02T03:04:05Z  a  b')?.text).toBe(' a  b')
  })

  test('fails to be one without a time: that is the word of the kubelet', () => {
    expect(logLine(shop, 'unable to retrieve container logs')).toBeUndefined()
  })
})

describe('merged', () => {
  test('lines are in the order of their times, whatever container they are of', () => {
    expect(texts(merged([at(1, 'a'), at(3, 'c'), at(2, 'b', sidecar), at(4, 'd', sidecar)]))).toEqual(['a', 'b', 'c', 'd'])
  })

  test('lines of one moment stay in their order', () => {
    expect(texts(merged([at(1, 'a'), at(1, 'b'), at(1, 'c')]))).toEqual(['a', 'b', 'c'])
  })

  test('live, a line that comes late is before those that were written after it', () => {
    const live = liveMerge(500)
    live.add(at(2, 'b'), 1000)
    live.add(at(1, 'a', sidecar), 1400)
    live.add(at(3, 'c'), 1450)
    expect(texts(live.take(1499))).toEqual([])
    expect(texts(live.take(1500))).toEqual(['a', 'b'])
    expect(texts(live.take(1950))).toEqual(['c'])
    expect(texts(live.take(9999))).toEqual([])
  })

  test('live, nothing is held back at the end', () => {
    const live = liveMerge(500)
    live.add(at(1, 'a'), 1000)
    expect(texts(live.take(Infinity))).toEqual(['a'])
  })
})

describe('the filter', () => {
  const trace = '4bf92f3577b34da6a3ce929d0e0e4736'
  test('keeps lines that hold the id and the trace', () => {
    const words = wordsOf({ task: 'id-7', trace })
    expect(holds(at(1, `PUT /x/id-7 ${trace}`), words)).toBe(true)
    expect(holds(at(1, 'PUT /x/id-7'), words)).toBe(false)
    expect(holds(at(1, trace), words)).toBe(false)
  })

  test('takes the trace out of a traceparent', () => {
    expect(wordsOf({ trace: `00-${trace}-00f067aa0ba902b7-01` })).toEqual([trace])
  })

  test('keeps all lines without an id', () => {
    expect(holds(at(1, ''), wordsOf({}))).toBe(true)
  })
})

describe('a line for people', () => {
  const plain = lineText(['shop', 'billing'], false)
  test('has time, app, container and message, in columns', () => {
    expect([at(1, '{"level":"info","time":1,"msg":"Sold","id":"7"}'), at(2, 'as it is', { app: 'billing', pod: 'b', container: 'daprd' })].map(plain)).toEqual([
      '03:04:01.000Z shop          | Sold id=7',
      '03:04:02.000Z billing daprd | as it is',
    ])
  })

  test('shows of a sidecar what the message says', () => {
    const text = 'time="2026-01-02T03:04:05Z" level=warning msg="it says \\"no\\"" app_id=shop code=500 instance=shop-1 scope=dapr.runtime type=log ver=1.18.2'
    expect(plain(at(1, text, sidecar))).toBe('03:04:01.000Z shop daprd    | warning: it says "no" code=500 scope=dapr.runtime')
  })

  test('has one colour for an app and its sidecar, another for another app, and none where colours are off', () => {
    const colours = (line: LogLine) => lineText(['shop', 'billing'], true)(line).match(/\u001b\[\d+m/)?.[0]
    expect(colours(at(1))).toBe(colours(at(1, '', sidecar)))
    expect(colours(at(1))).not.toBe(colours(at(1, '', { ...shop, app: 'billing' })))
    expect(plain(at(1, '\u001b[31mred'))).not.toContain('\u001b')
  })
})

const status = (name: string, state: object, restartCount = 0) => ({ name, ready: true, restartCount, state })
const podWith = (app: string, name: string, containerStatuses: readonly object[]): Pod =>
  podOf({
    apiVersion: 'v1', kind: 'Pod', metadata: { name, uid: `uid-${name}`, annotations: { 'dapr.io/app-id': app } },
    spec: { containers: [{ name: app }, { name: 'daprd' }] }, status: { containerStatuses },
  })
const running = { running: {} }

describe('what is read', () => {
  const both = (name: string) => [status('shop', running), status('daprd', running)].map((one) => ({ ...one, name: one.name === 'shop' ? name : one.name }))
  test('is each container of each pod of the apps, and nothing of other pods', () => {
    const sources = sourcesOf([podWith('shop', 'shop-1', both('shop')), podWith('billing', 'billing-1', both('billing')), podWith('other', 'other-1', both('other'))], ['shop', 'billing'])
    expect(sources.map(({ pod, container }) => `${pod}/${container}`)).toEqual(['shop-1/shop', 'shop-1/daprd', 'billing-1/billing', 'billing-1/daprd'])
  })

  test('is the run before a restart too', () => {
    const sources = sourcesOf([podWith('shop', 'shop-1', [status('shop', running, 2), status('daprd', { waiting: { reason: 'CrashLoopBackOff' } }, 1)])], ['shop'])
    expect(sources.map(({ container, previous, running: runs }) => [container, previous, runs])).toEqual([['shop', true, false], ['shop', false, true], ['daprd', true, false]])
    expect(new Set(sources.map(({ key }) => key)).size).toBe(3)
  })

  test('is nothing of a container that has not started', () => {
    expect(sourcesOf([podWith('shop', 'shop-1', [status('shop', { waiting: { reason: 'ContainerCreating' } })])], ['shop'])).toEqual([])
  })

  const appNamed = (id: string) => ({ id, components: [], jobs: [] })
  const graph = { apps: [appNamed('shop'), appNamed('billing')], components: [], topics: [], subscriptions: [], invocations: [], secrets: [] }
  test('is of all apps, or of one', () => {
    expect(wantedApps('market', graph, undefined)).toEqual(['shop', 'billing'])
    expect(wantedApps('market', graph, 'billing')).toEqual(['billing'])
  })

  test('fails for an app that the stack does not have, and says which it has', () => {
    expect(() => wantedApps('market', graph, 'shpo')).toThrow('stack market has no app "shpo"; use one of shop, billing')
  })
})

describe('the options', () => {
  test.each([['90s', 90], ['5m', 300], ['2h', 7200], ['1d', 86_400]])('take a span of %s', (since, seconds) => {
    expect(optionsOf({ since })).toMatchObject({ since: seconds })
  })

  test.each([[{ since: '5' }, /--since: "5" is no time span; use a number and s, m, h or d/], [{ since: '0m' }, /--since/], [{ tail: '-1' }, /--tail/], [{ tail: 'x' }, /--tail/]])('fail for %j', (given, message) => {
    expect(() => optionsOf(given)).toThrow(message)
  })
})

/** Speaks as Kubernetes' API does of pods and logs: a connection of a real one breaks too seldom. */
describe('followed', () => {
  let pods: object[] = []
  const written = new Map<string, string[]>()
  const readers = new Map<string, ServerResponse>()
  const server = createServer((request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? '', 'http://x')
    const pod = /\/pods\/(.+)\/log$/.exec(pathname)?.[1]
    if (pathname === '/api/v1') return response.end(JSON.stringify({ resources: [{ name: 'pods', kind: 'Pod', namespaced: true }] }))
    if (pod === undefined) return response.end(JSON.stringify({ items: pods }))
    const key = `${pod}/${searchParams.get('container') ?? ''}`
    if (searchParams.get('tailLines') !== '0') for (const line of written.get(key) ?? []) response.write(`${line}\n`)
    if (searchParams.get('follow') === null) return response.end()
    response.flushHeaders()
    return readers.set(key, response)
  })
  let reader: LogReader
  beforeAll(async () => {
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const { port } = server.address() as AddressInfo // it listens on a port
    const config = new KubeConfig()
    config.loadFromClusterAndUser({ name: 'c', server: `http://127.0.0.1:${port}`, skipTLSVerify: true }, { name: 'u' })
    reader = { port: clusterPort(restOf(config)), namespace: 'market', apps: ['shop'], shown: {} }
  })
  beforeEach(() => {
    pods = []
    written.clear()
    readers.clear()
  })
  afterAll(() => {
    server.close()
    server.closeAllConnections()
  })

  const place = (name: string): void => { pods = [{ metadata: { name, uid: name, annotations: { 'dapr.io/app-id': 'shop' } }, spec: { containers: [{ name: 'shop' }] }, status: { containerStatuses: [status('shop', running)] } }] }
  const stamped = (second: number, text: string): string => `2026-01-02T03:04:${String(second).padStart(2, '0')}Z ${text}`
  const until = async (condition: () => boolean): Promise<void> => { while (!condition()) await new Promise((resolve) => setTimeout(resolve, 20)) }

  test('lines come once each, across a connection that breaks and a pod that is replaced, until it is stopped', async () => {
    place('shop-1')
    written.set('shop-1/shop', [stamped(1, 'a')])
    const before = await readAll(reader)
    expect(texts(before.lines)).toEqual(['a'])

    const stop = new AbortController()
    const heard: string[] = []
    const following = followAll(reader, before, ({ text }) => { heard.push(text) }, stop.signal)
    await until(() => readers.has('shop-1/shop'))
    readers.get('shop-1/shop')?.write(`${stamped(2, 'b')}\n`)
    await until(() => heard.includes('b'))
    written.set('shop-1/shop', [stamped(1, 'a'), stamped(2, 'b'), stamped(3, 'c')])
    readers.get('shop-1/shop')?.destroy()
    await until(() => heard.includes('c'))
    place('shop-2')
    written.set('shop-2/shop', [stamped(4, 'd')])
    await until(() => heard.includes('d'))
    stop.abort()
    await following
    expect(heard).toEqual(['b', 'c', 'd'])
  }, 15_000)

  test('lines of a pod that comes are all there, although none were wanted of those before', async () => {
    const fromNow = { ...reader, shown: { tail: 0 } }
    place('shop-1')
    written.set('shop-1/shop', [stamped(1, 'a')])
    const before = await readAll(fromNow)
    const stop = new AbortController()
    const heard: string[] = []
    const following = followAll(fromNow, before, ({ text }) => { heard.push(text) }, stop.signal)
    await until(() => readers.has('shop-1/shop'))
    place('shop-2')
    written.set('shop-2/shop', [stamped(2, 'b')])
    await until(() => heard.length > 0)
    stop.abort()
    await following
    expect([before.lines, heard]).toEqual([[], ['b']])
  }, 15_000)
})
