import { randomUUID } from 'node:crypto'

import { type Precondition, type StateStore, writeConfirmed } from '../dapr/index.ts'
import { addLinks, locate } from './directory.ts'
import { emptyPage, type Entry, firstPage, type Link, linkTo, Page } from './page.ts'

export interface PageChainOptions {
  readonly state: StateStore
  /** Begins every key of the chains. */
  readonly name: string
  /** Entries of a page. Integer, 4 or more. */
  readonly maxEntries: number
}

/** A page as it was found, and the links that led to it. */
export interface Found {
  readonly id: string
  readonly page: Page
  readonly etag: string | undefined
  readonly passed: readonly Link[]
}

const preconditionOf = (etag: string | undefined): Precondition => (etag === undefined ? { firstWrite: true } : { etag })

/** New keys mostly come first: what stays on the page is to have room for them, and what is split off to be well filled. */
const shareThatStays = 0.25

/**
 * A list is a chain of pages, each sorted, each with a link to the page of the keys behind it. A page that is full is split: its upper part is
 * written under a new, random id first; then one compare-and-swap of the page itself drops that part and links to it. Before it nobody
 * knows the new page, after it everybody finds it: a replica that dies in between leaves a document that nothing leads to, and no gap.
 * The end of a page's range only ever moves down, so an old shortcut leads to the right page or before it. Pages are never removed.
 */
export const createPageChain = ({ state, name, maxEntries }: PageChainOptions) => {
  const keyOf = (list: string, page: string): string => `${name}:${list}:${page}`
  const directoryOf = (list: string): string => keyOf(list, 'directory')
  const staying = Math.ceil(maxEntries * shareThatStays)

  const read = async (list: string, id: string): Promise<{ page: Page; etag: string | undefined }> => {
    const stored = await state.get(keyOf(list, id), Page)
    return { page: stored?.value ?? emptyPage, etag: stored?.etag }
  }

  return {
    read,
    /** With more new entries at once, what is split off would be too large for a page. */
    mostChanges: staying,
    /** The page on which a key is or would be, looked for from the page `start`. */
    find: async (list: string, start: string, key: string): Promise<Found> => {
      const passed: Link[] = []
      for (let id = start; ; ) {
        const { page, etag } = await read(list, id)
        const link = linkTo(page, key)
        if (!link) return { id, page, etag, passed }
        passed.push(link)
        id = link.page
      }
    },
    /** Writes other entries to a page. Gives the links that are in the chain by it; `undefined` when another writer was faster. */
    save: async (list: string, { id, page, etag }: Found, entries: readonly Entry[]): Promise<readonly Link[] | undefined> => {
      const split = entries.length > maxEntries ? staying : entries.length
      const rest = entries.slice(split)
      const [first] = rest
      const link = first && { from: first.key, page: randomUUID() }
      if (link) await state.save(keyOf(list, link.page), { ...page, entries: rest }, { firstWrite: true })
      const value: Page = { ...page, entries: entries.slice(0, split), ...(link && { next: link }) }
      const isOwn = (stored: Page): boolean => link !== undefined && stored.next?.page === link.page
      const { written } = await writeConfirmed(state, { key: keyOf(list, id), value, precondition: preconditionOf(etag), parser: Page, isOwn })
      if (!written) return undefined
      return link ? [link] : []
    },
    /** The page to look for a key from. */
    locate: (list: string, key: string): Promise<string> => (key === '' ? Promise.resolve(firstPage) : locate(state, directoryOf(list), key)),
    /** Remembers links of the chain as shortcuts. */
    addLinks: (list: string, links: readonly Link[]): Promise<void> => addLinks(state, directoryOf(list), links),
  }
}
