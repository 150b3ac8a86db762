import { expect, test } from '@jest/globals'
import fc from 'fast-check'

import { findings } from './world/findings.ts'
import { play } from './world/play.ts'
import { crowd, type Scenario, scenario } from './world/scenario.ts'
import type { Weakness } from './world/task-replica.ts'

/** Enough to find each weakness below many times over, little enough for each run of the tests. MODEL_RUNS and MODEL_SEED look further. */
const runs = Number(process.env['MODEL_RUNS'] ?? 120)
const seed = Number(process.env['MODEL_SEED'] ?? 20_260_101)

const contract = (stories: fc.Arbitrary<Scenario>, weakness: Weakness = {}, kind = /./) =>
  fc.asyncProperty(stories, async (story) => {
    expect(findings(await play(story, weakness)).filter((finding) => kind.test(finding))).toEqual([])
  })

test.each([
  ['whatever fails and whoever dies', scenario, runs],
  ['in a crowd of writers', crowd, runs / 2],
])('%s, every change gets its event, no event lacks its change, and each acknowledged request is made once', async (_case, stories, numRuns) => {
  await fc.assert(contract(stories), { seed, numRuns })
}, 600_000)

test.each([
  ['the journal', { withoutJournal: true }, scenario, /^lost: /],
  ['the fence', { withoutFence: true }, scenario, /^lost: /],
  ['the lease', { withoutLease: true }, scenario, /^lost: /],
  ['the earlier writes', { withoutEarlierWrites: true }, crowd, /^(twice|refused, but made): /],
])('fails without %s', async (_part, weakness, stories, kind) => {
  const { counterexample, errorInstance } = await fc.check(contract(stories, weakness, kind), { seed, numRuns: 1_000, endOnFailure: true })
  expect(counterexample).not.toBeNull()
  expect(String(errorInstance)).toMatch(/lost|twice|refused/)
}, 120_000)
