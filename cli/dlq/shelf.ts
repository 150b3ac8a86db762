import { setTimeout as delay } from 'node:timers/promises'

import {
  DeadLetter,
  deadLetterChain,
  deadLetterIndex,
  deadLetterKey,
  DeadLetterPage,
  deadLetterPageKey,
} from '../../config/define/index.ts'
import { DlqError, exitCodes } from './errors.ts'
import type { SidecarApi } from './sidecar.ts'

/** Where one app keeps the dead letters of one topic, and how to get there. */
export interface Shelf {
  readonly app: string
  readonly topic: string
  readonly pubsub: string
  readonly store: string
  /** The app's own sidecar: its keys are the app's. */
  readonly sidecar: SidecarApi
  /** The sidecar of an app that may publish on the topic. */
  readonly publisher: () => Promise<SidecarApi>
}

/** A dead letter on its shelf, as it was read. */
export interface Shelved {
  readonly shelf: Shelf
  readonly letter: DeadLetter
  readonly etag: string
}

interface Page {
  readonly key: string
  readonly page: DeadLetterPage
  readonly etag: string
}

const storeFails = ({ store, app }: Shelf): DlqError =>
  new DlqError(`state store "${store}" of ${app} refuses writes; see the log of its sidecar`, exitCodes.unreachable)

const readPage = async ({ sidecar, store, topic }: Shelf, chain: number, page: number): Promise<Page | undefined> => {
  const key = deadLetterPageKey(topic, chain, page)
  const found = await sidecar.get(store, key)
  return found && { key, page: DeadLetterPage.parse(found.value), etag: found.etag }
}

const pagesOf = async (shelf: Shelf, chain: number): Promise<Page[]> => {
  const pages: Page[] = []
  for (let page = await readPage(shelf, chain, 0); page; page = await readPage(shelf, chain, pages.length)) pages.push(page)
  return pages
}

/** Ids of all dead letters on a shelf. */
export const listedIds = async (shelf: Shelf): Promise<string[]> => {
  const chains = await Promise.all(Array.from({ length: deadLetterIndex.chains }, (_, chain) => pagesOf(shelf, chain)))
  return [...new Set(chains.flat().flatMap(({ page }) => page.ids))]
}

/** The dead letter of that id, or undefined. */
export const find = async (shelf: Shelf, id: string): Promise<Shelved | undefined> => {
  const found = await shelf.sidecar.get(shelf.store, deadLetterKey(shelf.topic, id))
  return found && { shelf, letter: DeadLetter.parse(found.value), etag: found.etag }
}

const longestTries = 10
const pauseMs = 20

/** Changes a page of the chain until nobody was faster; `change` gives the new ids of one page, or undefined when none needs another. */
const changeChain = async (shelf: Shelf, id: string, change: (page: DeadLetterPage) => readonly string[] | undefined): Promise<void> => {
  const { sidecar, store } = shelf
  for (let tries = 0; tries < longestTries; tries += 1) {
    const pages = await pagesOf(shelf, deadLetterChain(id))
    const [next] = pages.flatMap((page) => {
      const ids = change(page.page)
      return ids ? [{ ...page, ids }] : []
    })
    if (!next) return
    // Another page of the chain may hold it too, so that a write is no end.
    if (!(await sidecar.put(store, next.key, { schema: 1, ids: next.ids }, next.etag))) await delay(Math.random() * pauseMs * (tries + 1))
  }
  throw storeFails(shelf)
}

/**
 * Takes an id off the index. The app may have kept a new dead letter under it since its record went, and found it listed: then it is
 * listed again.
 */
export const unlist = async (shelf: Shelf, id: string): Promise<void> => {
  await changeChain(shelf, id, ({ ids }) => (ids.includes(id) ? ids.filter((other) => other !== id) : undefined))
  if (await find(shelf, id)) await relist(shelf, id)
}

const relist = async (shelf: Shelf, id: string): Promise<void> => {
  let listed = false
  await changeChain(shelf, id, ({ ids }) => {
    listed ||= ids.includes(id)
    if (listed || ids.length >= deadLetterIndex.idsPerPage) return undefined
    return [...ids, id]
  })
}

export type Removal = 'removed' | 'changed'

/** Removes a dead letter as it was read, and its place in the index. `changed` when the event became a dead letter again in the meantime. */
export const remove = async ({ shelf, letter, etag }: Shelved): Promise<Removal> => {
  const { sidecar, store, topic } = shelf
  if (!(await sidecar.remove(store, deadLetterKey(topic, letter.id), etag))) {
    const current = await find(shelf, letter.id)
    if (current && current.etag !== etag) return 'changed'
    if (current) throw storeFails(shelf)
  }
  await unlist(shelf, letter.id)
  return 'removed'
}
