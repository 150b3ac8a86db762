import { sidecarPath } from './sidecar-path.ts'
import type { Look } from './kind.ts'
import { type Place, Unreachable } from './place.ts'

type Answer = Awaited<ReturnType<Place['ask']>>

const answerOf = async ({ ask }: Pick<Place, 'ask'>, app: string, path: string, isNothing: (answer: Answer) => boolean): Promise<unknown> => {
  const answer = await ask(app, path)
  const { status, text } = answer
  if (isNothing(answer)) return undefined
  if (status === 200) return text === '' ? undefined : (JSON.parse(text) as unknown)
  throw new Unreachable(`the sidecar of ${app} answers ${status} ${text.slice(0, 300)}`)
}

/** Ways to ask the sidecars of a place. */
export const readerOf = (place: Pick<Place, 'ask'>): Pick<Look, 'stored' | 'job'> => ({
  stored: (app, store, key) => answerOf(place, app, sidecarPath.state(store, key), ({ status }) => status === 204),
  // Dapr answers 500 where there is no such job, and says so in the text alone.
  job: (app, name) => answerOf(place, app, sidecarPath.job(name), ({ text }) => text.includes('job not found')),
})
