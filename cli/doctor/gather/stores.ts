import { z } from 'zod'

import { DeadLetter, deadLetterIndex, deadLetterKey, DeadLetterPage, deadLetterPageKey, deadLetterSource } from '../../../config/define/index.ts'
import { mapOf } from '../../../infra/rules/values.ts'
import { atOnce, requestsAtOnce } from '../../stack/at-once.ts'
import { askSidecar, type SidecarAnswer } from '../../stack/sidecar.ts'
import type { DeadLetterEvidence, Evidence, SidecarEvidence, StoreRead } from '../evidence.ts'
import type { Scene } from './scene.ts'

/** One sidecar of each app that answers. */
const answering = (sidecars: readonly SidecarEvidence[]): SidecarEvidence[] => [...new Map(sidecars.filter(({ metadata }) => metadata !== undefined).map((one) => [one.app, one])).values()]

interface Wanted {
  readonly sidecar: SidecarEvidence
  readonly component: string
  readonly secret?: string
}

/** A key that no app has. */
const probeKey = 'stack-doctor-probe'

const pathOf = ({ component, secret }: Wanted): string => (secret === undefined ? `/v1.0/state/${component}/${probeKey}` : `/v1.0/secrets/${component}/${encodeURIComponent(secret)}`)

/** Reads each state store of each app, and each secret that an app is to read, as the app does; values are not kept. */
export const readsOf = async ({ port, inside, graph, probes: { look } }: Scene, sidecars: readonly SidecarEvidence[]): Promise<StoreRead[]> => {
  const wanted = answering(sidecars).flatMap((sidecar): Wanted[] => {
    const loaded = sidecar.metadata?.components ?? []
    const states = loaded.filter(({ type }) => type.startsWith('state.')).map(({ name }) => ({ sidecar, component: name }))
    const secrets = (graph?.secrets ?? []).filter(({ app, store }) => app === sidecar.app && loaded.some(({ name }) => name === store)).map(({ store, secret }) => ({ sidecar, component: store, secret }))
    return [...states, ...secrets]
  })
  const reads = await atOnce(wanted, requestsAtOnce, async (one): Promise<StoreRead[]> => {
    const { sidecar: { app, pod }, component, secret } = one
    const answer = await look(`${component} through the sidecar of ${pod.metadata.name}`, () => askSidecar(port, inside, pod, pathOf(one)))
    return answer ? [{ app, component, status: answer.status, text: answer.ok ? '' : answer.text, ...(secret !== undefined && { secret }) }] : []
  })
  return reads.flat()
}

const Bulk = z.array(z.object({ key: z.string(), data: z.unknown().optional() }))

const parsedBulk = ({ ok, status, text }: SidecarAnswer): z.infer<typeof Bulk> => {
  if (!ok) throw new Error(`${status} ${text.slice(0, 200)}`)
  return Bulk.parse(JSON.parse(text))
}

interface Shelf {
  readonly sidecar: SidecarEvidence
  readonly pubsub: string
  readonly topic: string
  readonly store: string
}

/** Reads the first page of each chain of an index, and one of the letters in it. */
const lettersOn = async ({ port, inside }: Scene, { sidecar: { app, pod }, pubsub, topic, store }: Shelf): Promise<DeadLetterEvidence> => {
  const read = async (keys: readonly string[]): Promise<z.infer<typeof Bulk>> =>
    parsedBulk(await askSidecar(port, inside, pod, `/v1.0/state/${store}/bulk`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ keys }) }))
  const pages = await read(Array.from({ length: deadLetterIndex.chains }, (_, chain) => deadLetterPageKey(topic, chain, 0)))
  const ids = pages.flatMap(({ data }) => DeadLetterPage.safeParse(data).data?.ids ?? [])
  const [first] = ids
  const [record] = first === undefined ? [] : await read([deadLetterKey(topic, first)])
  const letter = DeadLetter.safeParse(record?.data).data
  return { app, pubsub, topic, count: new Set(ids).size, ...(letter && { lastError: letter.last_error }) }
}

/** Looks for dead letters where the apps keep them, as the Subscriptions tell. */
export const deadLettersOf = async (scene: Scene, { things, sidecars }: Pick<Evidence, 'things' | 'sidecars'>): Promise<DeadLetterEvidence[]> => {
  const asked = answering(sidecars)
  const shelves = things.subscriptions.flatMap(({ body, scopes, pubsub }): Shelf[] => {
    const source = deadLetterSource(mapOf(body['spec'])['metadata'])
    const sidecar = asked.find(({ app, metadata }) => scopes.includes(app) && metadata?.components.some(({ name }) => name === source?.store))
    return source && sidecar ? [{ sidecar, pubsub, topic: source.topic, store: source.store }] : []
  })
  const found = await atOnce(shelves, requestsAtOnce, (shelf) => scene.probes.look(`dead letters of ${shelf.topic} for ${shelf.sidecar.app}`, () => lettersOn(scene, shelf)))
  return found.flatMap((one) => one ?? [])
}
