import { setTimeout as sleep } from 'node:timers/promises'

import { z } from 'zod'

import type { AppPlan } from './app-plan.ts'
import { NotReady } from './errors.ts'

const pollMs = 100
const answerMs = 2000

const Problem = z.object({ detail: z.string() })

/** Why an app is not ready; undefined when it is. */
const reasonOf = async ({ port, readyPath }: AppPlan): Promise<string | undefined> => {
  try {
    const response = await fetch(`http://127.0.0.1:${port}${readyPath}`, { signal: AbortSignal.timeout(answerMs) })
    if (response.ok) return undefined
    return Problem.safeParse(await response.json().catch(() => undefined)).data?.detail ?? `it answers ${response.status}`
  } catch {
    return 'it does not answer'
  }
}

/**
 * Waits until an app says that it is ready, or the signal is aborted.
 * @throws NotReady with the app's last reason after `seconds`
 */
export const untilReady = async (app: AppPlan, seconds: number, signal: AbortSignal): Promise<void> => {
  const end = performance.now() + seconds * 1000
  while (!signal.aborted) {
    const reason = await reasonOf(app)
    if (reason === undefined) return
    if (performance.now() > end) throw new NotReady(`${app.id} was not ready within ${seconds} s: ${reason}`)
    await sleep(pollMs, undefined, { signal }).catch(() => undefined)
  }
}

/** Waits until an app that is being restarted has gone, and then until it is ready again; or until the signal is aborted. */
export const untilReadyAgain = async (app: AppPlan, seconds: number, signal: AbortSignal): Promise<void> => {
  while (!signal.aborted && (await reasonOf(app)) === undefined) await sleep(pollMs / 2, undefined, { signal }).catch(() => undefined)
  await untilReady(app, seconds, signal)
}
