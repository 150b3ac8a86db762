import { PassThrough } from 'node:stream'
import { stripVTControlCharacters } from 'node:util'

import { describe, expect, test } from '@jest/globals'

import type { StackEvent } from '../../../cli/stack/events.ts'
import { painter } from '../../../cli/stack/output/colours.ts'
import { liveOutput } from '../../../cli/stack/output/live.ts'
import { jsonOutput } from '../../../cli/stack/output/output.ts'
import { plainOutput } from '../../../cli/stack/output/plain.ts'
import { emptyTree, grown, treeLines } from '../../../cli/stack/output/tree.ts'
import { timingText } from '../../../cli/stack/up/timings.ts'

const pod = { name: 'web-1', ready: '1/2', event: 'Unhealthy: no answer', containers: [{ name: 'web', ready: true, state: 'running', restarts: 0 }, { name: 'daprd', ready: false, state: 'waiting: CrashLoopBackOff', restarts: 3 }] }
const waiting: StackEvent = { type: 'progress', object: 'Deployment/web', ready: false, detail: '0 of 1 pods available', pods: [pod] }
const phase = (name: string): StackEvent => ({ type: 'phase', phase: name, state: 'started' })
const done = (name: string): StackEvent => ({ type: 'phase', phase: name, state: 'done', seconds: 1.26 })
const paint = painter(false)

const written = (kind: typeof plainOutput | typeof jsonOutput, events: readonly StackEvent[], print = ''): string[] => {
  const lines: string[] = []
  const output = kind({ write: (text) => { lines.push(text) }, colours: false, now: () => new Date('2026-01-01T10:20:30') })
  for (const event of events) output.emit(event)
  if (print) output.print(print)
  output.end()
  return lines
}

describe('plain lines', () => {
  test('have the time, a phase, what is done and how long it took', () => {
    expect(written(plainOutput, [phase('apps'), { type: 'object', object: 'Deployment/web', did: 'created' }, done('apps')])).toEqual(['10:20:30 apps ...\n', '10:20:30 created Deployment/web\n', '10:20:30 apps: 1.3 s\n'])
  })

  test('say the same only once, and name what is unusual about a pod', () => {
    expect(written(plainOutput, [waiting, waiting, waiting])).toEqual(['10:20:30 Deployment/web: 0 of 1 pods available | web-1 daprd waiting: CrashLoopBackOff\n'])
  })

  test('say that what was waited for is ready, and nothing of what was ready at once', () => {
    const ready: StackEvent = { type: 'progress', object: 'Deployment/web', ready: true, detail: 'ready', pods: [] }
    expect(written(plainOutput, [waiting, ready, ready])[1]).toBe('10:20:30 Deployment/web: ready\n')
    expect(written(plainOutput, [ready])).toEqual([])
  })

  test('have no colour codes', () => {
    expect(written(plainOutput, [phase('apps'), waiting, { type: 'note', text: 'x' }, { type: 'check', check: 'a', state: 'failed', detail: 'b', mend: 'c' }]).join('')).not.toContain('\u001b')
  })

  test('begin a text that is shown again and again with its time', () => {
    const lines: string[] = []
    const output = plainOutput({ write: (text) => { lines.push(text) }, colours: false, now: () => new Date('2026-01-01T10:20:30') })
    output.show('a\nb')
    output.end()
    expect(lines).toEqual(['10:20:30\na\nb\n\n'])
  })

  test('show what is printed for people as it is', () => {
    expect(written(plainOutput, [], 'a\nb')).toEqual(['a\nb\n'])
  })
})

describe('JSON lines', () => {
  test('are one event each, with its time, and no text for people', () => {
    const lines = written(jsonOutput, [waiting, { type: 'result', result: 'diff', value: 1 }], 'for people')
    expect(lines.every((line) => line.endsWith('\n') && line.indexOf('\n') === line.length - 1)).toBe(true)
    expect(lines.map((line) => JSON.parse(line) as unknown)).toEqual([{ time: expect.any(String), ...waiting }, { time: expect.any(String), type: 'result', result: 'diff', value: 1 }])
  })
})

describe('on a terminal', () => {
  /** Writes to a stream that says that it is a terminal of this width. */
  const screen = (columns: number) => {
    const written: string[] = []
    const stream = Object.assign(new PassThrough(), { isTTY: true, columns, rows: 20 })
    stream.on('data', (chunk: Buffer) => { written.push(chunk.toString()) })
    const output = liveOutput({ stream: stream as unknown as NodeJS.WriteStream, write: (text) => { stream.write(text) }, colours: false, now: () => new Date(0) })
    return { output, text: () => written.join('') }
  }

  test('a text that is shown anew takes the place of the one before, and the last one stays', () => {
    const { output, text } = screen(40)
    output.show('web 1/2')
    output.show('web 2/2')
    output.end()
    expect(text()).toContain('\u001b[2K')
    expect(text().indexOf('web 1/2')).toBeLessThan(text().indexOf('\u001b[2K'))
    expect(stripVTControlCharacters(text()).trimEnd()).toMatch(/web 2\/2$/)
  })

  test('a line that is too long is cut, for it would wrap', () => {
    const { output, text } = screen(10)
    output.show('0123456789abc')
    output.end()
    expect(text()).toContain('012345678…')
  })

  test('printed lines have no escape codes around them', () => {
    const { output, text } = screen(40)
    output.print('a')
    output.print('b')
    output.end()
    expect(text()).toBe('a\nb\n')
  })
})

describe('the live tree', () => {
  const after = (events: readonly StackEvent[], rows = 40): string[] => treeLines(events.reduce((tree, event, index) => grown(tree, event, index * 1000), emptyTree), events.length * 1000, rows, paint)

  test('shows phase, object, pod and its last event, and the containers that are not ready, with seconds', () => {
    expect(after([phase('apps'), waiting])).toEqual([
      '● apps 2 s',
      '  … Deployment/web: 0 of 1 pods available 1 s',
      '      web-1 1/2  Unhealthy: no answer',
      '        daprd: waiting: CrashLoopBackOff, 3 restarts',
    ])
  })

  test('shows a finished phase as one line, with what was done', () => {
    expect(after([phase('apps'), { type: 'object', object: 'a', did: 'created' }, { type: 'object', object: 'b', did: 'created' }, { type: 'object', object: 'c', did: 'unchanged' }, waiting, done('apps')])).toEqual(['✓ apps 1.3 s  2 created, 1 unchanged'])
  })

  test('shows failed checks and no others', () => {
    const check = (state: 'ok' | 'failed'): StackEvent => ({ type: 'check', check: 'Dapr', state, detail: state })
    expect(after([phase('preflight'), check('ok'), check('failed')])).toEqual(['● preflight 3 s', '  ✗ Dapr: failed'])
  })

  test('is never taller than the screen', () => {
    const many = Array.from({ length: 30 }, (_, index): StackEvent => ({ type: 'note', text: `note ${index}` }))
    const lines = after([phase('apps'), ...many], 10)
    expect(lines).toHaveLength(9)
    expect(lines[0]).toBe('(23 lines above)')
    expect(lines.at(-1)).toBe('! note 29')
  })
})

describe('the end of up', () => {
  const text = (columns: number, proven = true): string[] => timingText({ ready: new Map([['Deployment/web', 1.5], ['StatefulSet/redis', 3]]), diffs: [], delivering: 2, proven, seconds: 4 }, columns, paint).split('\n')

  test('says when each workload was ready, and that events flow', () => {
    expect(text(50)).toEqual(['  Deployment/web       1.5 s  ▇▇▇▇▇▇▇▇▇▇', '  StatefulSet/redis    3.0 s  ▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇', 'up: nothing to change: ; 2 workloads ready; 2 subscriptions deliver; 4.0 s'])
  })

  test('says where it was not asked whether events flow', () => {
    expect(text(50, false).at(-1)).toContain('; that events flow was not asked; 4.0 s')
  })

  test('has no bars where there is no room for them', () => {
    expect(text(35).slice(0, 2)).toEqual(['  Deployment/web       1.5 s', '  StatefulSet/redis    3.0 s'])
  })
})
