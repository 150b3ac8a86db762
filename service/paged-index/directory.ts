import * as z from 'zod'

import { changeValue, type StateStore } from '../dapr/index.ts'
import { firstPage, type Link } from './page.ts'

/** Shortcuts into the chain of a list's pages. It may lack any of them; what it has is right for good, for pages are only ever split. */
const Directory = z.looseObject({ schema: z.literal(1), links: z.array(z.object({ from: z.string(), page: z.string() })) })
type Directory = z.infer<typeof Directory>

/** With more, every second one goes: 2,000 are some 200 kB. */
const maxLinks = 2000

const withLinks = (links: readonly Link[], found: readonly Link[]): Link[] | undefined => {
  const added = found.filter(({ page }) => !links.some((link) => link.page === page))
  if (added.length === 0) return undefined
  const all = [...links, ...added].sort((one, other) => (one.from < other.from ? -1 : 1))
  return all.length > maxLinks ? all.filter((_, index) => index % 2 === 0) : all
}

/** The page to look for a key from: the key is on it or on one behind it. */
export const locate = async (state: StateStore, key: string, wanted: string): Promise<string> => {
  const links = (await state.get(key, Directory))?.value.links ?? []
  return links.findLast(({ from }) => from <= wanted)?.page ?? firstPage
}

/** Adds shortcuts to pages that are in the chain. */
export const addLinks = async (state: StateStore, key: string, found: readonly Link[]): Promise<void> => {
  const change = (current: Directory = { schema: 1, links: [] }): Directory | undefined => {
    const links = withLinks(current.links, found)
    return links && { ...current, links }
  }
  if (found.length > 0) await changeValue<Directory>(state, { key, parser: Directory, change })
}
