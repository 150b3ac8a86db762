import { sidecarPath } from './sidecar-path.ts'
import type { Look } from './kind.ts'
import { type Place, Unreachable } from './place.ts'

const answerOf = async ({ ask }: Pick<Place, 'ask'>, app: string, path: string, missing: readonly number[]): Promise<unknown> => {
  const { status, text } = await ask(app, path)
  if (missing.includes(status)) return undefined
  if (status === 200) return text === '' ? undefined : (JSON.parse(text) as unknown)
  throw new Unreachable(`the sidecar of ${app} answers ${status} ${text.slice(0, 300)}`)
}

/** Ways to ask the sidecars of a place. */
export const readerOf = (place: Pick<Place, 'ask'>): Pick<Look, 'stored' | 'job'> => ({
  stored: (app, store, key) => answerOf(place, app, sidecarPath.state(store, key), [204]),
  // The scheduler says of a job that there is not that it failed to get it, by 404 or 500.
  job: (app, name) => answerOf(place, app, sidecarPath.job(name), [204, 404, 500]),
})
