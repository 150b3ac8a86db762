import { z } from 'zod'

import { change, list, type Outcome } from '../dlq/commands.ts'
import { DlqError, exitCodes } from '../dlq/errors.ts'
import { eventText, typeOf } from '../dlq/render.ts'
import type { Shelf, Shelved } from '../dlq/shelf.ts'
import { shelvesOfCluster } from '../dlq/shelves.ts'
import { accessTo } from '../kube/index.ts'
import type { Connection } from '../stack/connection.ts'
import { tokenOf } from '../stack/sidecar.ts'
import { appOf, podOf } from '../stack/up/pods.ts'
import type { LetterView } from './view.ts'

/** Which dead letter is meant: one event can be one of several apps. */
export const LetterName = z.object({ app: z.string(), topic: z.string(), id: z.string() })
export type LetterName = z.infer<typeof LetterName>

/** Does something with the dead letters of a namespace, through the apps' sidecars with the tokens that they ask for. */
const withShelves = async <T>({ port, pods }: Connection, namespace: string, work: (shelves: readonly Shelf[]) => Promise<T>): Promise<T> => {
  const inside = pods(namespace)
  const access = accessTo(inside)
  const all = (await port.list('v1', 'Pod', { namespace })).map(podOf)
  const token = async (app: string): Promise<string | undefined> => {
    const pod = all.find((one) => appOf(one) === app)
    return pod && tokenOf(port, namespace, pod)
  }
  try {
    return await work(await shelvesOfCluster(inside, access, token))
  } finally {
    await access.close()
  }
}

const viewOf = (shelved: Shelved): LetterView => {
  const { id, app, topic, attempts, last_failed_at: lastFailedAt, last_error: lastError } = shelved.letter
  return { id, app, topic, type: typeOf(shelved), attempts, lastFailedAt, lastError, event: eventText(shelved) }
}

/** The dead letters of a namespace, the oldest first. */
export const lettersIn = (connection: Connection, namespace: string): Promise<LetterView[]> => withShelves(connection, namespace, async (shelves) => (await list(shelves)).map(viewOf))

/**
 * Replays one dead letter through the sidecar of an app that may publish it.
 * @throws DlqError when it is not there, or cannot be read
 */
export const replayLetter = (connection: Connection, namespace: string, { app, topic, id }: LetterName): Promise<Outcome> =>
  withShelves(connection, namespace, async (shelves) => {
    const [outcome] = await change(shelves.filter((shelf) => shelf.app === app && shelf.topic === topic), { name: 'replay', id })
    if (outcome) return outcome
    throw new DlqError(`there is no dead letter "${id}" of ${app}, topic ${topic}`, exitCodes.notDone)
  })
