import { z } from 'zod'

/** Where a list goes on, as clients see it: opaque. Every text of this form is taken; one that no list gave just begins somewhere. */
export const Cursor = z.string().regex(/^[A-Za-z0-9_-]{1,600}$/, { error: 'no cursor; use the next_cursor of the page before' })

export const cursorOf = (from: string): string => Buffer.from(from).toString('base64url')
export const fromOf = (cursor: string): string => Buffer.from(cursor, 'base64url').toString()
