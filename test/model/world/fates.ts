import type { Random } from './random.ts'

/**
 * What becomes of a call: `effectMs` after it was sent it happens (or never), `answerMs` after it was sent it is answered with what
 * happened, with a lie (Redis' 409 for a failure), or not at all.
 */
export interface Fate {
  readonly effectMs: number | undefined
  readonly answerMs: number
  readonly answer: 'truth' | 'lie' | 'none'
}

/** The time after which a caller waits no longer. */
export const callMs = 2_000
const longestDelayMs = 40_000

const soon = (random: Random): number => random.between(1, 30)

export const goodFate = (random: Random): Fate => {
  const effectMs = soon(random)
  return { effectMs, answerMs: effectMs + soon(random), answer: 'truth' }
}

const lateEffect = (random: Random): number => random.between(callMs, longestDelayMs)

/** The ways in which a write goes wrong, each as often as the others. */
export const badFate = (random: Random): Fate => {
  const effectMs = soon(random)
  const answerMs = effectMs + soon(random)
  return random.pick<() => Fate>([
    () => ({ effectMs, answerMs: random.pick([answerMs, callMs]), answer: 'none' }),
    () => ({ effectMs: undefined, answerMs: random.pick([answerMs, callMs]), answer: 'none' }),
    () => ({ effectMs: lateEffect(random), answerMs: callMs, answer: 'none' }),
    () => ({ effectMs, answerMs, answer: 'lie' }),
    () => ({ effectMs: undefined, answerMs, answer: 'lie' }),
    () => ({ effectMs: lateEffect(random), answerMs, answer: 'lie' }),
  ])()
}
