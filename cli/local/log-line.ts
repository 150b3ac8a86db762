import { stripVTControlCharacters } from 'node:util'

const hidden = ['msg', 'message', 'level', 'time', 'app', 'app_id', 'instance', 'type', 'ver', 'pid', 'hostname']
const quiet = ['info', 'debug', 'trace']

const textOf = (value: unknown): string => (typeof value === 'string' && !/[\s"=]/.test(value) ? value : JSON.stringify(value))

const entryOf = (line: string): Readonly<Record<string, unknown>> | undefined => {
  if (!line.startsWith('{')) return undefined
  try {
    return JSON.parse(line) as Record<string, unknown> // it begins as an object
  } catch {
    return undefined
  }
}

/** A line of a log as a person reads it: a JSON object as its message and then its fields, anything else as it is. */
export const readable = (line: string): string => {
  const entry = entryOf(line)
  if (typeof entry?.['msg'] !== 'string') return stripVTControlCharacters(line)
  const { level, msg } = entry
  const fields = Object.entries(entry).filter(([name]) => !hidden.includes(name)).map(([name, value]) => ` ${name}=${textOf(value)}`)
  return `${typeof level === 'string' && !quiet.includes(level) ? `${level}: ` : ''}${msg}${fields.join('')}`
}

// "warn" is how etcd, inside the scheduler, says what is so by design here.
const alarming = ['warning', 'error', 'fatal', 'panic']

const expected = [/^mTLS is disabled/, /^Actor runtime disabled/, /^Graceful shutdown timeout is infinite/, /^The default value for 'spec.metric.http/]

/** Whether a line of one of Dapr's processes says what is true of every local run. */
export const isExpected = (line: string): boolean => {
  const msg = entryOf(line)?.['msg']
  return typeof msg === 'string' && expected.some((pattern) => pattern.test(msg))
}

// NATS writes text: `[7] 2026/01/02 03:04:05.678901 [WRN] ...`.
const alarmingText = /^\[\d+\] [\d/]+ [\d:.]+ \[(WRN|ERR|FTL)\] /

/** Whether a line of one of Dapr's processes, or of NATS, tells of something that is wrong. */
export const isAlarming = (line: string): boolean => {
  if (alarmingText.test(line)) return true
  const level = entryOf(line)?.['level']
  return typeof level === 'string' && alarming.includes(level) && !isExpected(line)
}
