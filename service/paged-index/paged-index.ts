import { setTimeout as delay } from 'node:timers/promises'

import { EtagMismatch, type Parser } from '../dapr/index.ts'
import { createBatches } from './batches.ts'
import { cursorAfter, cursorOf, fromOf } from './cursor.ts'
import { createPageChain, type PageChainOptions } from './page-chain.ts'
import { type Entry, linkTo, type Page, withEntries } from './page.ts'

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

/** Lists that stay sorted and are found again, in a store that cannot list its keys. Their names must not hold `:`. */
export interface PagedIndex<T> {
  /**
   * Puts a subject in a list, unless a change as new, or newer, is in it.
   * @throws SidecarError when it is not known to be there; to do it again is harmless
   */
  put(list: string, subject: Subject & { readonly value: T }): Promise<void>
  /**
   * Takes a subject out of a list, and leaves a trace that keeps older changes from bringing it back.
   * @throws SidecarError as `put`
   */
  remove(list: string, subject: Subject): Promise<void>
  /** Each subject that stays in the list from the first page to the last is given once; what comes meanwhile may be missed. */
  read(list: string, question: Question<T>): Promise<Items<T>>
}

export interface PagedIndexOptions<T> extends PageChainOptions {
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

interface Item<T> {
  readonly key: string
  readonly value: T
}

const given = <T>(items: readonly Item<T>[], next?: string): Items<T> => ({ items: items.map(({ value }) => value), ...(next !== undefined && { next }) })

/** Lists in a state store, each a chain of pages (page-chain.ts). */
export const createPagedIndex = <T>({ parser, traceSeconds, now = Date.now, ...options }: PagedIndexOptions<T>): PagedIndex<T> => {
  const chain = createPageChain(options)

  /** Makes those of the changes, sorted by key, that belong on the page of the first one. Gives that page's id and the changes that are left. */
  const changePage = async (list: string, from: string, changes: readonly Entry[], first: Entry): Promise<{ page: string; left: readonly Entry[] }> => {
    let start = from
    for (let tries = 1; tries <= maxTries; tries += 1) {
      const found = await chain.find(list, start, first.key)
      const isBeyond = ({ key }: Entry): boolean => linkTo(found.page, key) !== undefined
      const entries = withEntries(found.page.entries, changes.filter((change) => !isBeyond(change)), now() - traceSeconds * 1000)
      const links = entries ? await chain.save(list, found, entries) : []
      if (links) {
        await chain.addLinks(list, [...found.passed, ...links])
        return { page: found.id, left: changes.filter(isBeyond) }
      }
      start = found.id
      await delay(Math.random() * pauseMs * tries)
    }
    throw new EtagMismatch(`list "${list}" of ${options.name}`, `${maxTries} writes in a row lost to other writers`)
  }

  // Together, so that writers of one process neither lose to each other nor split one page twice, and a page is written once for all of them.
  const change = createBatches<Entry>(chain.mostChanges, async (list, changes) => {
    let left: readonly Entry[] = changes.toSorted((one, other) => (one.key < other.key ? -1 : Number(one.key > other.key)))
    let page: string | undefined
    for (let [first] = left; first; [first] = left) {
      ;({ page, left } = await changePage(list, page ?? (await chain.locate(list, first.key)), left, first))
    }
  })

  const itemsOf = ({ entries }: Page, from: string, matches: (item: T) => boolean): Item<T>[] =>
    entries
      .filter(({ key, gone_at: goneAt }) => key >= from && goneAt === undefined)
      .map(({ key, value }) => ({ key, value: parser.parse(value) }))
      .filter(({ value }) => matches(value))

  return {
    put: (list, { key, sequence, value }) => change(list, { key, sequence, value }),
    remove: (list, { key, sequence }) => change(list, { key, sequence, gone_at: new Date(now()).toISOString() }),
    read: async (list, { limit, cursor, matches = () => true }) => {
      const from = cursor === undefined ? '' : fromOf(cursor)
      let { page } = await chain.find(list, await chain.locate(list, from), from)
      const items = itemsOf(page, from, matches)
      for (let pages = 1; items.length <= limit && page.next; pages += 1) {
        if (pages === pagesPerRead) return given(items, cursorOf(page.next.from))
        page = (await chain.read(list, page.next.page)).page
        items.push(...itemsOf(page, from, matches))
      }
      const last = items[limit - 1]
      return last && items.length > limit ? given(items.slice(0, limit), cursorAfter(last.key)) : given(items)
    },
  }
}
