import { type CloudEvent, ComponentFailed, EtagMismatch, type Precondition, type Sidecar, SidecarUnavailable } from '../../../service/dapr/index.ts'
import { badFate, callMs, type Fate, goodFate } from './fates.ts'
import { createRandom, type Random } from './random.ts'
import { createLife, type Life } from './replica-life.ts'
import { createTimeline, type Timeline } from './timeline.ts'

/** A write as the store took it. */
export interface Applied {
  readonly at: number
  readonly key: string
  readonly before: unknown
  readonly value: unknown
}

export interface Published {
  readonly at: number
  readonly event: CloudEvent
}

/** How bad the world is; each number says that something happens once in so many calls. `Infinity` is never. */
export interface Badness {
  readonly fault: number
  readonly crash: number
  readonly pause: number
}

export const peace: Badness = { fault: Infinity, crash: Infinity, pause: Infinity }

/** A store with the ways of Redis, a broker, and processes that die, all in one time. */
export interface World {
  readonly timeline: Timeline
  readonly random: Random
  readonly applied: Applied[]
  readonly published: Published[]
  badness: Badness
  brokerIsAway: boolean
  /** What is stored under a key. */
  stored(key: string): unknown
  /** A new process and its way to the sidecar. */
  live(): { readonly life: Life; readonly sidecar: Sidecar }
}

interface Entry {
  readonly text: string
  readonly version: number
}

const target = 'the model'
const none = new SidecarUnavailable(target, 'no answer')

/** What the store says to a write: `undefined` when it takes it. A missing key takes any. */
const refusal = (entry: Entry | undefined, precondition: Precondition): Error | undefined => {
  if (entry === undefined) return undefined
  if ('firstWrite' in precondition) return new ComponentFailed(target, 'failed to set key')
  return precondition.etag === String(entry.version) ? undefined : new EtagMismatch(target, 'possible etag mismatch')
}

const longestPauseMs = 30_000

export const createWorld = (seed: number): World => {
  const timeline = createTimeline()
  const random = createRandom(seed)
  const entries = new Map<string, Entry>()
  const world: World = {
    timeline, random, applied: [], published: [], badness: peace, brokerIsAway: false,
    stored: (key) => JSON.parse(entries.get(key)?.text ?? 'null') as unknown,
    live: () => {
      const life = createLife(timeline)
      return { life, sidecar: sidecarOf(life) }
    },
  }

  const save = (key: string, text: string, precondition: Precondition): void => {
    const entry = entries.get(key)
    const refused = refusal(entry, precondition)
    if (refused) throw refused
    world.applied.push({ at: timeline.now, key, before: world.stored(key), value: JSON.parse(text) as unknown })
    entries.set(key, { text, version: (entry?.version ?? 0) + 1 })
  }

  const fateOf = (): Fate => (random.once(world.badness.fault) ? badFate(random) : goodFate(random))

  /** The process may die or be stopped at any call, just before it, or just after; the calls that go on all the time are spared most times. */
  const mishap = (life: Life, key: string): void => {
    const rarity = key.startsWith('journal') ? 10 : 1
    if (random.once(rarity * world.badness.crash)) life.kill()
    else if (random.once(rarity * world.badness.pause)) life.pause(random.between(1_000, longestPauseMs))
  }

  const call = <T>(life: Life, key: string, effect: () => T, lie: Error, fate = fateOf()): Promise<T> =>
    new Promise<T>((resolve, reject) => {
      if (random.once(2)) mishap(life, key)
      if (!life.alive) return
      const sent = Math.max(timeline.now, life.pausedUntil)
      let outcome: (() => void) | undefined
      const happen = (): void => {
        try {
          const value = effect()
          outcome = () => { resolve(value) }
        } catch (error) {
          outcome = () => { reject(error instanceof Error ? error : none) }
        }
      }
      if (fate.effectMs !== undefined) timeline.at(sent + fate.effectMs, happen)
      life.deliver(sent + Math.min(fate.answerMs, callMs), () => {
        if (fate.answer === 'truth' && outcome) outcome()
        else reject(fate.answer === 'lie' ? lie : none)
      })
      mishap(life, key)
    })

  const sidecarOf = (life: Life): Sidecar => ({
    getState: (_store, key) => call(life, key, () => {
      const entry = entries.get(key)
      return entry && { value: JSON.parse(entry.text) as unknown, etag: String(entry.version) }
    }, none),
    saveState: (_store, key, value, precondition) => {
      const text = JSON.stringify(value)
      const lie = 'firstWrite' in precondition ? new ComponentFailed(target, 'failed to set key') : new EtagMismatch(target, 'possible etag mismatch')
      return call(life, key, () => { save(key, text, precondition) }, lie)
    },
    deleteState: () => Promise.reject(new Error('nothing here deletes')),
    publish: (_pubsub, topic, event) =>
      world.brokerIsAway
        ? call(life, topic, () => undefined, none, { effectMs: undefined, answerMs: 20, answer: 'none' })
        : call(life, topic, () => { world.published.push({ at: timeline.now, event }) }, new ComponentFailed(target, 'the broker failed')),
    invoke: () => Promise.reject(new Error('nothing here invokes')),
    secret: async () => ({}),
    scheduleJob: () => Promise.reject(new Error('nothing here schedules')),
    deleteJob: () => Promise.reject(new Error('nothing here schedules')),
    getJob: async () => undefined,
    outboundHealthy: async () => true,
    components: async () => [],
    close: async () => undefined,
  })
  return world
}
