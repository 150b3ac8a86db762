import { createHash } from 'node:crypto'

/** Digest of what JSON can hold: 16 hexadecimal digits of SHA-256. */
export const contentDigest = (content: unknown): string => createHash('sha256').update(JSON.stringify(content)).digest('hex').slice(0, 16)
