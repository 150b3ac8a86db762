import * as z from 'zod'

/** One subject of a list, or, with `gone_at`, the trace of one that was removed. */
const Entry = z.looseObject({
  key: z.string(),
  sequence: z.number(),
  value: z.unknown().optional(),
  gone_at: z.iso.datetime().optional(),
})
export type Entry = z.infer<typeof Entry>

/** Where the keys from `from` on are. */
const Link = z.object({ from: z.string(), page: z.string() })
export type Link = z.infer<typeof Link>

/** A page of a list: entries sorted by key, all of them below `next.from`. */
export const Page = z.looseObject({ schema: z.literal(1), entries: z.array(Entry), next: Link.optional() })
export type Page = z.infer<typeof Page>

export const firstPage = 'first'
export const emptyPage: Page = { schema: 1, entries: [] }

/** The link to follow for a key that is beyond a page. */
export const linkTo = ({ next }: Page, key: string): Link | undefined => (next && key >= next.from ? next : undefined)

/** The entries with this one in its place, without traces from before `keepFrom`; `undefined` when what is there is as new, or newer. */
const withEntry = (entries: readonly Entry[], entry: Entry, keepFrom: number): Entry[] | undefined => {
  const before = entries.find(({ key }) => key === entry.key)
  if (before && before.sequence >= entry.sequence) return undefined
  const kept = entries.filter(({ key, gone_at: goneAt }) => key !== entry.key && (goneAt === undefined || Date.parse(goneAt) >= keepFrom))
  const place = kept.findIndex(({ key }) => key > entry.key)
  return kept.toSpliced(place === -1 ? kept.length : place, 0, entry)
}

/** The same with several; `undefined` when nothing changes. */
export const withEntries = (entries: readonly Entry[], changes: readonly Entry[], keepFrom: number): readonly Entry[] | undefined => {
  const changed = changes.reduce((before, change) => withEntry(before, change, keepFrom) ?? before, entries)
  return changed === entries ? undefined : changed
}
