import { setTimeout as sleep } from 'node:timers/promises'
import { ExpectedError } from '../../toolchain/errors.ts'

/** Limits in ms. `hint` says where to look when the time is over. */
export interface UntilOptions {
  readonly timeout?: number
  readonly every?: number
  readonly hint?: string
}

type Falsy = undefined | false | null | 0 | ''

/** Asks until the answer is truthy, and returns it. Throws ExpectedError when the time is over (default 30 s). */
export async function until<T>(what: string, ask: () => T | Promise<T>, options: UntilOptions = {}): Promise<Exclude<T, Falsy>> {
  const { timeout = 30_000, every = 50, hint = 'see the logs of the cluster' } = options
  const end = performance.now() + timeout
  for (;;) {
    const answer = await ask()
    if (answer) return answer as Exclude<T, Falsy>
    if (performance.now() > end) throw new ExpectedError(`waited ${timeout / 1000} s in vain for ${what}: ${hint}`)
    await sleep(every)
  }
}
