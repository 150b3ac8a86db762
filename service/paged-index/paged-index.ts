import { randomUUID } from 'node:crypto'
import { setTimeout as delay } from 'node:timers/promises'

import { EtagMismatch, type Parser, type Precondition, type StateStore, type Stored, writeConfirmed } from '../dapr/index.ts'
import { cursorAfter, cursorOf, fromOf } from './cursor.ts'
import { addLinks, locate } from './directory.ts'
import { emptyPage, type Entry, firstPage, type Link, linkTo, Page, withEntry } from './page.ts'
import { createTurns } from './turns.ts'

/** What a change says of one subject of a list. */
export interface Subject {
  /** Its place in the list, and its identity: always the same for one subject. Lists are sorted by it. */
  readonly key: string
  /** The higher one is the newer change of the subject. */
  readonly sequence: number
}

export interface Question<T> {
  /** The most items that are given. Integer, 1 or more. */
  readonly limit: number
  /** `next` of the page before. Default: the beginning. */
  readonly cursor?: string | undefined
  /** Default: every item. */
  readonly matches?: (item: T) => boolean
}

export interface Items<T> {
  /** May be fewer than asked for, or none, although there are more. */
  readonly items: readonly T[]
  /** Where to go on; missing at the end of the list. */
  readonly next?: string
}

/** Lists that stay sorted and are found again, in a store that cannot list its keys. */
export interface PagedIndex<T> {
  /** Puts a subject in a list, unless a change as new, or newer, is in it. */
  put(list: string, subject: Subject & { readonly value: T }): Promise<void>
  /** Takes a subject out of a list, and leaves a trace that keeps older changes from bringing it back. */
  remove(list: string, subject: Subject): Promise<void>
  /** What is between the cursor and its successor is given once, also while the list changes; what comes meanwhile may be missed. */
  read(list: string, question: Question<T>): Promise<Items<T>>
}

export interface PagedIndexOptions<T> {
  readonly state: StateStore
  /** Begins every key of the index; lists must not hold `:`. */
  readonly name: string
  readonly parser: Parser<T>
  /** Entries of a page, traces included. Integer, 4 or more. With the size of a value it bounds the size of a document. */
  readonly maxEntries: number
  /** How long the trace of a removed subject stays at least; seconds. */
  readonly traceSeconds: number
  /** Default: `Date.now`. */
  readonly now?: () => number
}

/** Bounds the work for one question; who asks on gets the rest. */
const pagesPerRead = 32
const maxTries = 10
const pauseMs = 20

/** A page as it was found, and the links that led to it. */
interface Found {
  readonly id: string
  readonly page: Page
  readonly etag: string | undefined
  readonly passed: readonly Link[]
}

interface Item<T> {
  readonly key: string
  readonly value: T
}

const given = <T>(items: readonly Item<T>[], next?: string): Items<T> => ({ items: items.map(({ value }) => value), ...(next !== undefined && { next }) })

const preconditionOf = (etag: string | undefined): Precondition => (etag === undefined ? { firstWrite: true } : { etag })

/** New keys mostly come first: what stays on the page is to have room for them, and what is split off to be well filled. */
const shareThatStays = 0.25

/**
 * A list is a chain of pages, each sorted, each with a link to the page of the keys behind it. A page that is full is split: its upper part is
 * written under a new, random id first; then one compare-and-swap of the page itself drops that part and links to it. Before it nobody
 * knows the new page, after it everybody finds it: a replica that dies in between leaves a document that nothing leads to, and no gap.
 * Ranges of keys only ever shrink to the front, so an old shortcut leads to the right page or before it. Pages are never removed.
 */
export const createPagedIndex = <T>({ state, name, parser, maxEntries, traceSeconds, now = Date.now }: PagedIndexOptions<T>): PagedIndex<T> => {
  const inTurn = createTurns()
  const keyOf = (list: string, page: string): string => `${name}:${list}:${page}`
  const directoryOf = (list: string): string => keyOf(list, 'directory')

  const get = (list: string, id: string): Promise<Stored<Page> | undefined> => state.get(keyOf(list, id), Page)

  const find = async (list: string, start: string, key: string): Promise<Found> => {
    const passed: Link[] = []
    for (let id = start; ; ) {
      const stored = await get(list, id)
      const page = stored?.value ?? emptyPage
      const link = linkTo(page, key)
      if (!link) return { id, page, etag: stored?.etag, passed }
      passed.push(link)
      id = link.page
    }
  }

  /** Gives the links that are in the chain by it; `undefined` when another writer was faster. */
  const save = async (list: string, { id, page, etag }: Found, entries: readonly Entry[]): Promise<readonly Link[] | undefined> => {
    const split = entries.length > maxEntries ? Math.ceil(maxEntries * shareThatStays) : entries.length
    const rest = entries.slice(split)
    const [first] = rest
    const link = first && { from: first.key, page: randomUUID() }
    if (link) await state.save(keyOf(list, link.page), { ...page, entries: rest }, { firstWrite: true })
    const value: Page = { ...page, entries: entries.slice(0, split), ...(link && { next: link }) }
    const isOwn = (stored: Page): boolean => link !== undefined && stored.next?.page === link.page
    const { written } = await writeConfirmed(state, { key: keyOf(list, id), value, precondition: preconditionOf(etag), parser: Page, isOwn })
    if (!written) return undefined
    return link ? [link] : []
  }

  const change = async (list: string, entry: Entry): Promise<void> => {
    let start = await locate(state, directoryOf(list), entry.key)
    for (let tries = 1; tries <= maxTries; tries += 1) {
      const found = await find(list, start, entry.key)
      const entries = withEntry(found.page.entries, entry, now() - traceSeconds * 1000)
      const links = entries ? await save(list, found, entries) : []
      if (links) {
        await addLinks(state, directoryOf(list), [...found.passed, ...links])
        return
      }
      start = found.id
      await delay(Math.random() * pauseMs * tries)
    }
    throw new EtagMismatch(`"${keyOf(list, start)}"`, `${maxTries} writes in a row lost to other writers`)
  }

  const itemsOf = ({ entries }: Page, from: string, matches: (item: T) => boolean): Item<T>[] =>
    entries
      .filter(({ key, gone_at: goneAt }) => key >= from && goneAt === undefined)
      .map(({ key, value }) => ({ key, value: parser.parse(value) }))
      .filter(({ value }) => matches(value))

  const read = async (list: string, { limit, cursor, matches = () => true }: Question<T>): Promise<Items<T>> => {
    const from = cursor === undefined ? '' : fromOf(cursor)
    const start = cursor === undefined ? firstPage : await locate(state, directoryOf(list), from)
    let { page } = await find(list, start, from)
    const items = itemsOf(page, from, matches)
    for (let pages = 1; items.length <= limit && page.next; pages += 1) {
      if (pages === pagesPerRead) return given(items, cursorOf(page.next.from))
      page = (await get(list, page.next.page))?.value ?? emptyPage
      items.push(...itemsOf(page, from, matches))
    }
    const last = items[limit - 1]
    return last && items.length > limit ? given(items.slice(0, limit), cursorAfter(last.key)) : given(items)
  }

  return {
    // In turn, so that writers of one process neither lose to each other nor split one page twice.
    put: (list, { key, sequence, value }) => inTurn(list, () => change(list, { key, sequence, value })),
    remove: (list, { key, sequence }) => inTurn(list, () => change(list, { key, sequence, gone_at: new Date(now()).toISOString() })),
    read,
  }
}
