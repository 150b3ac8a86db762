import fc from 'fast-check'

import type { Badness } from './world.ts'

/** Until then the world is good, and some tasks are made. */
export const troubleFromMs = 2_000
const longestMs = 40_000

/** When something happens, as a part of the time that a story takes: some are over in a moment. */
const moment = fc.double({ min: 0, max: 1, noNaN: true })
const spanMs = fc.constantFrom(400, 4_000, longestMs - troubleFromMs)
const at = moment
const task = fc.nat({ max: 7 })
const status = fc.constantFrom('pending' as const, 'in_progress' as const, 'completed' as const)

/** What a client asks; `task` picks one of those that are known by then. A creation with a key is asked again until it is answered. */
const step = fc.oneof(
  { weight: 5, arbitrary: fc.record({ kind: fc.constant('create' as const), at }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('create-once' as const), at, key: fc.nat({ max: 3 }), title: fc.constantFrom('one', 'other') }) },
  { weight: 8, arbitrary: fc.record({ kind: fc.constant('status' as const), at, task, status, conditional: fc.boolean() }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('update' as const), at, task, conditional: fc.boolean() }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('remove' as const), at, task }) },
)

/** What happens to the replicas beside what the badness of the world does to them. */
const blow = fc.record({ kind: fc.constantFrom('kill' as const, 'replace' as const, 'sleep' as const), at, slot: fc.nat({ max: 1 }) })

const badness: fc.Arbitrary<Badness> = fc.record({ fault: fc.constantFrom(4, 15, Infinity), crash: fc.constantFrom(15, 50, Infinity), pause: fc.constantFrom(20, 80, Infinity) })

/** A story of clients, replicas and their fate; all that chance does in it follows from the seed. */
export const scenario = fc.record({
  seed: fc.integer(),
  badness,
  spanMs,
  steps: fc.array(step, { minLength: 5, maxLength: 30 }),
  blows: fc.array(blow, { maxLength: 3 }),
  brokerAwayFrom: fc.option(at, { nil: undefined }),
})

/** Many writers of one task within moments, and a store that lies: who was overtaken has to find out. */
export const crowd: fc.Arbitrary<Scenario> = fc.record({
  seed: fc.integer(),
  badness: fc.constant<Badness>({ fault: 4, crash: Infinity, pause: Infinity }),
  spanMs: fc.constant(400),
  steps: fc.array(fc.record({ kind: fc.constant('status' as const), at, task: fc.constant(0), status, conditional: fc.boolean() }), {
    minLength: 5,
    maxLength: 15,
  }),
  blows: fc.constant<Scenario['blows']>([]),
  brokerAwayFrom: fc.constant(undefined),
})

export type Step = typeof step extends fc.Arbitrary<infer T> ? T : never
export type Scenario = typeof scenario extends fc.Arbitrary<infer T> ? T : never
