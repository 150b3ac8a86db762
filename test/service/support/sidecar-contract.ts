import { setTimeout as delay } from 'node:timers/promises'

import { describe, expect, test } from '@jest/globals'

import { type CloudEvent, ComponentFailed, ComponentMissing, InvocationRefused } from '../../../service/dapr/index.ts'
import { describeStateContract, firstWrite, newKey, type StateSubject } from './state-contract.ts'

/** What the contract is tried on: a sidecar and names that exist behind it. */
export interface ContractSubject extends StateSubject {
  readonly pubsub: string
  /** A topic, and an event that its subscribers take. */
  readonly topic: string
  readonly event: CloudEvent
  readonly secret: { readonly store: string; readonly name: string; readonly value: Readonly<Record<string, string>> }
  /** A method that takes `good` and refuses `bad` with 4xx. */
  readonly callee: { readonly app: string; readonly method: string; readonly good: unknown; readonly bad: unknown }
}

const describeMissing = (subject: () => ContractSubject): void => {
  test('fails with ComponentMissing, naming it, where a component is not there', async () => {
    const { sidecar, topic, event } = subject()
    const calls = [
      sidecar.getState('nowhere', 'a'),
      sidecar.saveState('nowhere', 'a', 1, firstWrite),
      sidecar.deleteState('nowhere', 'a', '1'),
      sidecar.publish('nowhere', topic, event),
      sidecar.secret('nowhere', 'a'),
    ]
    const errors: unknown[] = await Promise.all(calls.map((call) => call.catch((error: unknown) => error)))
    for (const error of errors) {
      expect(error).toBeInstanceOf(ComponentMissing)
      expect(error).toHaveProperty('message', expect.stringContaining('nowhere'))
    }
  })
}

const describeJobs = (subject: () => StateSubject): void => {
  const retry = { intervalSeconds: 1, maxRetries: 1 }
  const later = { dueTime: '9999-12-31T00:00:00.000Z', data: { a: [1.5, null, 'ü'] } }

  test('a job is there from when it is scheduled until it is deleted', async () => {
    const { sidecar } = subject()
    const name = newKey()
    expect(await sidecar.getJob(name)).toBeUndefined()
    await sidecar.scheduleJob(name, later, retry)
    expect(await sidecar.getJob(name)).toEqual(later)
    await sidecar.deleteJob(name)
    expect(await sidecar.getJob(name)).toBeUndefined()
    await expect(sidecar.deleteJob(name)).resolves.toBeUndefined()
  })

  test('a job takes the place of one with its name', async () => {
    const { sidecar } = subject()
    const name = newKey()
    const daily = { schedule: 'CRON_TZ=Europe/Berlin 0 0 9 * * *', ttl: '172800s', data: 1 }
    await sidecar.scheduleJob(name, later, retry)
    await sidecar.scheduleJob(name, daily, retry)
    expect(await sidecar.getJob(name)).toEqual(daily)
    await sidecar.deleteJob(name)
  })

  test.each(['0 9 * * *', 'CRON_TZ=Europe/Berlinx 0 0 9 * * *'])('fails a job with the schedule "%s" with ComponentFailed', async (schedule) => {
    const { sidecar } = subject()
    await expect(sidecar.scheduleJob(newKey(), { schedule, data: 1 }, retry)).rejects.toThrow(ComponentFailed)
  })
}

/** What every adapter of the `Sidecar` port does, tried on a real sidecar. */
export const describeSidecarContract = (name: string, subject: () => ContractSubject): void => {
  describeStateContract(name, subject)
  describe(`${name} keeps the sidecar contract`, () => {
    describeMissing(subject)
    describeJobs(subject)

    test('a value with a time to live is gone after it', async () => {
      const { sidecar, store } = subject()
      const key = newKey()
      await sidecar.saveState(store, key, 1, firstWrite, { ttlSeconds: 1 })
      await delay(1500)
      expect(await sidecar.getState(store, key)).toBeUndefined()
    })

    test('an event can be published', async () => {
      const { sidecar, pubsub, topic, event } = subject()
      await expect(sidecar.publish(pubsub, topic, event)).resolves.toBeUndefined()
    })

    test('events can be published at the same time', async () => {
      const { sidecar, pubsub, topic, event } = subject()
      const events = Array.from({ length: 40 }, () => ({ ...event, id: newKey() }))
      await expect(Promise.all(events.map((each) => sidecar.publish(pubsub, topic, each)))).resolves.toHaveLength(events.length)
    })

    test('a secret is its key-value pairs', async () => {
      const { sidecar, secret } = subject()
      expect(await sidecar.secret(secret.store, secret.name)).toEqual(secret.value)
    })

    test('an invocation gives the other app\'s answer', async () => {
      const { sidecar, callee } = subject()
      expect(await sidecar.invoke(callee.app, callee.method, callee.good)).toMatchObject(callee.good as object) // methods take objects
    })

    test('fails an invocation that the other app refuses with its status', async () => {
      const { sidecar, callee } = subject()
      const error: unknown = await sidecar.invoke(callee.app, callee.method, callee.bad).catch((reason: unknown) => reason)
      expect(error).toBeInstanceOf(InvocationRefused)
      expect(error).toHaveProperty('status', 422)
    })

    test('it tells its health and its components', async () => {
      const { sidecar, store } = subject()
      expect(await sidecar.outboundHealthy()).toBe(true)
      expect(await sidecar.components()).toContainEqual({ name: store, type: expect.stringMatching(/^state\./) })
    })
  })
}
