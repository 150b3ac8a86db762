/** A dollar sign is taken for a variable by compose, unless it is doubled. */
export const literal = (text: string): string => text.replaceAll('$', '$$$$')
