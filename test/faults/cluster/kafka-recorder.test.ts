import { appendFile, mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { afterEach, expect, test } from '@jest/globals'

import { until } from '../../sidecar/rig/until.ts'
import type { Recorder } from '../recorder.ts'
import { recordClusterKafka } from './kafka-recorder.ts'

const event = (id: string): string => JSON.stringify({ id, type: 'task.created', correlationid: 'c', data: { task_id: 't', sequence: 1, title: 'T' } })
const time = '2026-01-02T03:04:05.678901234Z'

const ends: (() => Promise<unknown>)[] = []
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end()
})

/** A recorder of a namespace, and what its pod prints: lines in a log file as the container runtime writes it. */
const recording = async (): Promise<{ readonly recorder: Recorder; readonly print: (text: string) => Promise<void> }> => {
  const folder = await mkdtemp(join(tmpdir(), 'dapr-stack-recorder-'))
  ends.push(() => rm(folder, { recursive: true }))
  const recorder = recordClusterKafka(folder, 'here')
  ends.push(() => recorder.stop())
  const pod = join(folder, 'here_fault-recorder_1234', 'fault-recorder')
  await mkdir(pod, { recursive: true })
  return { recorder, print: (text) => appendFile(join(pod, '0.log'), text) }
}

test('the events that the pod printed are read once each, with the time when it printed them', async () => {
  const { recorder, print } = await recording()
  await print(`${time} stdout F ${event('a')}\n${time} stdout F ${event('b')}\n${time} stdout F ${event('c').slice(0, 20)}`)
  await until('two events', 10, async () => recorder.events.length === 2)
  await print(`${event('c').slice(20)}\n`)
  await until('three events', 10, async () => recorder.events.length === 3)
  expect(recorder.events.map(({ id }) => id)).toEqual(['a', 'b', 'c'])
  expect(recorder.events[0]).toMatchObject({ type: 'task.created', task: 't', sequence: 1, at: Date.parse('2026-01-02T03:04:05.678Z') })
})

test('what is no event is told', async () => {
  const { recorder, print } = await recording()
  await print(`${time} stderr F a warning\n${time} stdout F no event\n`)
  await until('two strange lines', 10, async () => recorder.strange.length === 2)
  expect(recorder.events).toEqual([])
})
