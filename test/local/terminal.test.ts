import { describe, expect, test } from '@jest/globals'

import { isAlarming, readable } from '../../cli/local/log-line.ts'
import { parseOptions } from '../../cli/local/options.ts'
import { createPrefix } from '../../cli/local/output.ts'
import { listenersOn } from '../../cli/local/port-holder.ts'
import { examplesOf, readyScreen } from '../../cli/local/screen.ts'
import { synthFailure } from '../../cli/local/synth.ts'
import { watchEventOf } from '../../cli/local/watching.ts'

const app = (id: string, port: number, examples: string[] = []) => ({ id, port, examples, program: ['x.ts'], env: {}, readyPath: '/', configuration: id, health: {}, namespace: 'default' }) as const
const apps = [app('shop', 9000, ["curl {shop}/a -d '{\"x\": 1}'", 'curl {billing}/b']), app('billing', 9001)]

describe('the command line', () => {
  test('without anything is offset 0 and quiet', () => {
    expect(parseOptions([])).toEqual({ portOffset: 0, verbose: false, help: false })
  })
  test('takes an offset and --verbose', () => {
    expect(parseOptions(['--port-offset', '1000', '--verbose'])).toMatchObject({ portOffset: 1000, verbose: true })
  })
  test.each([[['--port-offset', 'x']], [['--port-offset=-1']], [['--foo']], [['up']]])('fails for %p with the usage', (args) => {
    expect(() => parseOptions(args)).toThrow('usage: npm start')
  })
})

describe('the screen', () => {
  test('commands to try have the addresses of this run, and nothing else of them changes', () => {
    expect(examplesOf(apps)).toEqual(["curl http://127.0.0.1:9000/a -d '{\"x\": 1}'", 'curl http://127.0.0.1:9001/b'])
  })
  test('shows each app, the commands and how to end', () => {
    expect(readyScreen(apps, '.local/0', 1.234)).toEqual([
      '', 'Ready after 1.2 s:', '  shop     http://127.0.0.1:9000', '  billing  http://127.0.0.1:9001',
      '', 'Try:', "  curl http://127.0.0.1:9000/a -d '{\"x\": 1}'", '  curl http://127.0.0.1:9001/b',
      '', "State is kept in .local/0. A change of a service's code restarts that service.", 'Ctrl-C stops everything.', '',
    ])
  })
  test('has no commands where the stack gives none', () => {
    expect(readyScreen([app('shop', 1)], 'x', 1)).not.toContain('Try:')
  })
})

describe('a line of a log', () => {
  test.each([
    ['{"level":"info","time":"t","app":"shop","msg":"Sold","id":"7","note":"two words"}', 'Sold id=7 note="two words"'],
    ['{"level":"error","msg":"No"}', 'error: No'],
    ['{"other":1}', '{"other":1}'],
    ['{broken', '{broken'],
    ['\u001b[31mplain\u001b[0m', 'plain'],
  ])('%s is read as %s', (line, text) => {
    expect(readable(line)).toBe(text)
  })
  test.each([
    ['{"level":"warning","msg":"the broker is away"}', true],
    ['{"level":"fatal","msg":"x"}', true],
    ['{"level":"info","msg":"x"}', false],
    ['{"level":"warning","msg":"mTLS is disabled. Skipping certificate request"}', false],
    ['not JSON', false],
    ['[7] 2026/01/02 03:04:05.678901 [ERR] JetStream failed', true],
    ['[7] 2026/01/02 03:04:05.678901 [INF] Server is ready', false],
  ])('of Dapr or NATS %s alarms: %p', (line, alarms) => {
    expect(isAlarming(line)).toBe(alarms)
  })
  test('has the name of its process before it, in a colour of its app on a terminal', () => {
    expect(createPrefix(['shop', 'billing'], false)('shop', 'x')).toBe('shop          | x')
    const prefix = createPrefix(['shop', 'billing'], true)
    const [colour] = prefix('shop', 'x').split('shop')
    expect(prefix('shop daprd', 'x').startsWith(`${colour}shop daprd`)).toBe(true)
    expect(prefix('billing', 'x').startsWith(`${colour}billing`)).toBe(false)
  })
})

test.each([
  ["Restarting 'service/a/main.ts'", 'restarting'],
  ["\u001b[32mRestarting 'service/a/main.ts'\u001b[39m", 'restarting'],
  ["Failed running 'service/a/main.ts'. Waiting for file changes before restarting...", 'ended'],
  ["Completed running 'service/a/main.ts'. Waiting for file changes before restarting...", 'ended'],
  ['Restarting soon', undefined],
])('node --watch says %s', (line, event) => {
  expect(watchEventOf(line)).toBe(event)
})

describe('a synth that fails is told', () => {
  test('as it says itself when it expects that', () => {
    expect(synthFailure('exit code 2', ['the stack config has 1 error(s)', '- x'])).toBe('the stack config has 1 error(s)\n- x')
  })
  test('without the stack otherwise', () => {
    const lines = ['node:internal/x:107', 'Error: Transform failed with 1 error:', 'a.ts:1:7: ERROR: Expected ";"', '    at failureErrorWithLog (x)']
    expect(synthFailure('exit code 1', lines)).toBe('the config cannot be synthesized (exit code 1): Error: Transform failed with 1 error: a.ts:1:7: ERROR: Expected ";"')
  })
})

test('who listens on a port is found by the inode of the socket', () => {
  const table = `  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
   0: 0100007F:1F40 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 4711 1 0000000000000000 100 0 0 10 0
   1: 0100007F:1F40 0100007F:9C40 01 00000000:00000000 00:00000000 00000000     0        0 4712 1 0000000000000000 20 4 30 10 -1`
  expect(listenersOn(8000, table)).toEqual(['4711'])
  expect(listenersOn(8001, table)).toEqual([])
})
