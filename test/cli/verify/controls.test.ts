import { describe, expect, test } from '@jest/globals'

import type { AnyObject } from '../../../cli/kube/index.ts'
import {
  type Control, type Criterion, type Deployed, ensure, expectedVerdicts, judgeControl, outside, runControls, type Scratch, unbroken, untilAborted,
} from '../../../cli/verify/index.ts'

/** A cluster of one object, `thing`, whose `spec` says whether it works; all criteria look at it. */
const scratch = (namespace = 'apart') => {
  const there = new Map<string, AnyObject>([['thing', thing('well')]])
  const objects = {
    list: async () => [],
    apply: async (object: AnyObject) => { there.set(object.metadata?.name ?? '', object); return object },
    remove: async ({ metadata }: AnyObject) => { there.delete(metadata?.name ?? '') },
    find: async (_version: string, _kind: string, _namespace: string, name: string) => there.get(name),
  }
  // Of which nothing else is asked here.
  const cluster = { namespace, objects, pods: async () => [] } as unknown as Deployed['cluster']
  const deployed = { cluster, sources: ['src'], replicas: {}, patienceSeconds: 1 } as unknown as Deployed
  return { there, deployed, objects: [thing('well')] }
}

const thing = (spec: string): AnyObject => ({ apiVersion: 'v1', kind: 'Thing', metadata: { name: 'thing', namespace: 'apart' }, spec })
const saying = (spec: string) => (object: unknown) => ({ ...(object as AnyObject), spec })

const looking = ({ cluster }: Deployed, bad: string, cause: string) => async () => {
  const found = await cluster.objects.find('v1', 'Thing', 'apart', 'thing')
  ensure(found?.spec !== bad, cause)
  return ['seen']
}

const criteria = (deployed: Deployed): Criterion[] => [
  { id: 'A', title: 'First', lines: [{ title: 'it is well', check: looking(deployed, 'ill', 'the thing is ill') }] },
  { id: 'B', title: 'Second', dependsOn: 'A', lines: [{ title: 'it is awake', check: looking(deployed, 'asleep', 'the thing sleeps') }] },
  { id: 'C', title: 'Alone', lines: [{ title: 'it is there', check: async () => ['seen'] }] },
]

const waits = { untilBroken: async () => undefined, untilWhole: async () => undefined }
const control = (criterion: string, spec: string, says: string[], more: object = {}): Control => ({
  criterion, broken: `the thing is ${spec}`, says, breakage: { when: 'running', kind: 'Thing', name: 'thing', change: saying(spec), ...waits, ...more },
})

describe('a control', () => {
  test('expects its criterion to fail, what depends on it to be blocked, and all others to hold', () => {
    const chain = [{ id: 'A' }, { id: 'B', dependsOn: 'A' }, { id: 'C', dependsOn: 'B' }, { id: 'D' }]
    expect([...expectedVerdicts(chain, 'B')]).toEqual([['A', 'PASS'], ['B', 'FAIL'], ['C', 'BLOCKED'], ['D', 'PASS']])
  })

  test('holds when exactly its criterion fails, with the causes as its evidence, and the object is as it was afterwards', async () => {
    const { there, ...subject } = scratch()
    const line = await judgeControl({ ...subject, criteria }, control('A', 'ill', ['is ill']))
    expect(line).toMatchObject({ title: 'A fails when the thing is ill', verdict: 'PASS', evidence: ['A FAIL, B BLOCKED, C PASS', 'the thing is ill'] })
    expect(there.get('thing')?.spec).toBe('well')
  })

  test('fails when nothing notices it', async () => {
    const line = await judgeControl({ ...scratch(), criteria }, control('A', 'tired', []))
    expect(line).toMatchObject({ verdict: 'FAIL', cause: 'A reads PASS where FAIL is expected' })
  })

  test('fails when another criterion notices it', async () => {
    const { cause = '' } = await judgeControl({ ...scratch(), criteria }, control('B', 'ill', []))
    expect(cause.split('\n')).toEqual(['A reads FAIL where PASS is expected: the thing is ill', 'B reads BLOCKED where FAIL is expected: blocked by A'])
  })

  test('fails when the cause says something else', async () => {
    const line = await judgeControl({ ...scratch(), criteria }, control('A', 'ill', ['is gone']))
    expect(line).toMatchObject({ verdict: 'FAIL', cause: 'the cause under A does not say "is gone": the thing is ill' })
  })

  test('fails for a criterion that there is not', async () => {
    expect(await judgeControl({ ...scratch(), criteria }, control('Z', 'ill', []))).toMatchObject({ cause: 'there is no criterion Z; there are A, B, C' })
  })

  test('moves an object that gets another name, and moves it back', async () => {
    const { there, ...subject } = scratch()
    const seen: string[][] = []
    const moved = { change: (object: unknown) => ({ ...(object as AnyObject), metadata: { name: 'other' } }), untilBroken: async () => { seen.push([...there.keys()]) } }
    await judgeControl({ ...subject, criteria }, control('A', 'elsewhere', [], moved))
    expect([...seen, [...there.keys()]]).toEqual([['other'], ['thing']])
  })
})

describe('a run of controls', () => {
  const running = (controls: readonly Control[], { signal = new AbortController().signal, change = (made: Scratch): Scratch => made } = {}) => {
    const removed: string[] = []
    let count = 0
    const deploy = async (broken: (objects: readonly AnyObject[]) => AnyObject[]): Promise<Scratch> => {
      const { there, ...made } = scratch(`apart-${(count += 1)}`)
      for (const object of broken(made.objects)) there.set('thing', object)
      return change({ ...made, remove: async () => { removed.push(made.deployed.cluster.namespace) } })
    }
    return { removed, result: runControls({ controls, criteria, deploy, readySeconds: 1, signal }) }
  }
  const applied = (criterion: string, spec: string): Control => ({
    criterion, broken: `it starts ${spec}`, says: [], breakage: { when: 'applied', change: (objects) => objects.map((object) => saying(spec)(object) as AnyObject), untilTried: async () => undefined },
  })

  test('judges the unbroken deployment first, then each control, and removes each namespace', async () => {
    const { removed, result } = running([control('A', 'ill', []), applied('B', 'asleep')])
    const { verdict, lines } = await result
    expect(lines.map(({ title, verdict: is }) => `${title}: ${is}`)).toEqual([`${unbroken}: PASS`, 'A fails when the thing is ill: PASS', 'B fails when it starts asleep: PASS'])
    expect(verdict).toBe('PASS')
    expect(removed).toEqual(['apart-1', 'apart-2'])
  })

  test('fails, and goes on, for a control that its criterion does not notice', async () => {
    const { verdict, lines } = await running([control('A', 'tired', []), control('A', 'ill', [])]).result
    expect({ verdict, lines: lines.map(({ verdict: is }) => is) }).toEqual({ verdict: 'FAIL', lines: ['PASS', 'FAIL', 'PASS'] })
  })

  test('fails, and arms nothing, when the unbroken deployment fails', async () => {
    const ill = (made: Scratch): Scratch => ({ ...made, deployed: { ...made.deployed, cluster: { ...made.deployed.cluster, objects: { ...made.deployed.cluster.objects, find: async () => thing('ill') } } } })
    const { removed, result } = running([control('A', 'ill', []), applied('B', 'asleep')], { change: ill })
    const { lines } = await result
    expect(lines.map(({ verdict, cause }) => [verdict, cause])).toEqual([['FAIL', 'A it is well: the thing is ill\nB it is awake: blocked by A'], ['BLOCKED', `blocked by: ${unbroken}`], ['BLOCKED', `blocked by: ${unbroken}`]])
    expect(removed).toEqual(['apart-1'])
  })

  test('fails a control after which the stack is not whole again, and tries no other on that deployment', async () => {
    const broken = control('A', 'ill', [], { untilWhole: () => Promise.reject(new Error('it stays ill')) })
    const { lines } = await running([broken, control('A', 'ill', [])]).result
    expect(lines.slice(1).map(({ verdict, cause }) => [verdict, cause])).toEqual([['FAIL', 'it could not be tried: it stays ill'], ['BLOCKED', 'blocked by: A fails when the thing is ill']])
  })

  test('ends when it is interrupted, and removes the namespace', async () => {
    const interrupt = new AbortController()
    const interrupting = control('A', 'ill', [], { untilBroken: async () => { interrupt.abort() } })
    const { removed, result } = running([interrupting, control('A', 'ill', [])], { signal: interrupt.signal })
    await expect(result).rejects.toThrow('aborted')
    expect(removed).toEqual(['apart-1'])
  })
})

test('a cluster whose signal is aborted answers nothing any more', async () => {
  const interrupt = new AbortController()
  const cluster = untilAborted(scratch().deployed.cluster, interrupt.signal)
  await expect(cluster.pods('any')).resolves.toEqual([])
  interrupt.abort()
  await expect(cluster.pods('any')).rejects.toThrow('aborted')
})

test('what an app would put outside of the namespace is named', () => {
  const objects: AnyObject[] = [thing('well'), { kind: 'Namespace', metadata: { name: 'apart' } }, { kind: 'ClusterRole', metadata: { name: 'all' } }, { kind: 'Thing', metadata: { name: 'judged', namespace: 'default' } }]
  expect(outside(objects, 'apart')).toEqual(['ClusterRole/all (no namespace)', 'Thing/judged (default)'])
})
