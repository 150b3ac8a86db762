/** The cursor of a list that goes on with this key, or the next there is: letters, digits, `-` and `_`. */
export const cursorOf = (from: string): string => Buffer.from(from).toString('base64url')

/** The cursor of a list that goes on behind this key: the least key that is greater. */
export const cursorAfter = (key: string): string => cursorOf(`${key}\0`)

/** The key that a cursor stands for. Any text gives one. */
export const fromOf = (cursor: string): string => Buffer.from(cursor, 'base64url').toString()
