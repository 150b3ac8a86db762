import { Problem } from './problems.ts'

/** What an `If-Match` header asks: any version, or one of these (strong entity tags without their quotes). */
export type IfMatch = '*' | readonly string[]

const entityTag = /^\s*(W\/)?"([\x21\x23-\x7e\x80-\xff]*)"\s*$/

/** The strong entity tag of a version. */
export const entityTagOf = (version: number): string => `"${version}"`

/**
 * Reads an `If-Match` header (RFC 9110, 13.1.1). Weak tags never match, so they are left out.
 * @throws Problem 400 when it is neither `*` nor a list of entity tags
 */
export const parseIfMatch = (header: string | undefined): IfMatch | undefined => {
  if (header === undefined) return undefined
  if (header.trim() === '*') return '*'
  const tags = header.split(',').map((part) => entityTag.exec(part))
  if (tags.includes(null)) throw new Problem('malformed-request', `If-Match: ${header} is no list of entity tags; use the ETag of a GET, such as "1"`)
  return tags.flatMap((tag) => (tag?.[1] === undefined ? (tag?.[2] ?? []) : []))
}
