import * as z from 'zod'

import { Problem } from './problems.ts'

/** What an `If-Match` or `If-None-Match` header asks: any version, or one of these entity tags. */
export type Tags = '*' | readonly EntityTag[]

interface EntityTag {
  readonly weak: boolean
  /** Without its quotes. */
  readonly text: string
}

const tag = '(W/)?"[!#-~]*"'
const list = new RegExp(`^([*]|${tag}([ \\t]*,[ \\t]*${tag})*)$`)
const each = /(W\/)?"([^"]*)"/g

/** `*` or a list of entity tags (RFC 9110, 8.8.3), as a header of a route's schema. */
const entityTags = z
  .string()
  .regex(list, { error: 'Not * and no list of entity tags; use the ETag of a GET, such as "1"' })
  .meta({ format: 'entity-tags' })

/** The headers of a request that changes a resource. */
export const IfMatchHeaders = z.object({
  'if-match': entityTags.optional().meta({ description: 'Do it only to one of these versions; `*` is any.', examples: ['"1"'] }),
})

/** The headers of a request that reads a resource. */
export const IfNoneMatchHeaders = z.object({
  'if-none-match': entityTags.optional().meta({ description: 'Answer 304 if it is still one of these versions.', examples: ['"1"'] }),
})

/** The strong entity tag of a version. */
export const entityTagOf = (version: number): string => `"${version}"`

/** Reads a header that the schema has checked. */
const tagsOf = (header: string): Tags =>
  header === '*' ? '*' : [...header.matchAll(each)].map(([, weak, text = '']) => ({ weak: weak !== undefined, text }))

/** Whether a change must say which version it is for. */
export interface PreconditionRules {
  readonly requireIfMatch: boolean
}

/**
 * Which versions an `If-Match` header admits (RFC 9110, 13.1.1): weak tags never match; without one, every version.
 * @throws Problem 428 without one where the rules require it
 */
export const admits = (header: string | undefined, { requireIfMatch }: PreconditionRules): ((version: number) => boolean) => {
  if (header === undefined && requireIfMatch) throw new Problem('precondition-required', 'there is no If-Match header')
  const tags = header === undefined ? '*' : tagsOf(header)
  return (version) => tags === '*' || tags.some(({ weak, text }) => !weak && text === String(version))
}

/** Whether an `If-None-Match` header says that the client has this version already (RFC 9110, 13.1.2): weak tags match, too. */
export const hasVersion = (header: string | undefined, version: number): boolean => {
  const tags = header === undefined ? [] : tagsOf(header)
  return tags === '*' || tags.some(({ text }) => text === String(version))
}
