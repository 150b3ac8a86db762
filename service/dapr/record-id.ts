import { createHash } from 'node:crypto'

/** What is longer would make keys and index pages of any size. */
const longest = 200

/** `sha256-` and 64 hexadecimal digits. */
export const digestId = (content: string | Buffer): string => `sha256-${createHash('sha256').update(content).digest('hex')}`

/** The id under which an app keeps what it knows of an event: the event's own, or a digest of one that no key can hold. */
export const recordId = (eventId: string): string => (eventId.length <= longest && eventId.isWellFormed() ? eventId : digestId(eventId))
