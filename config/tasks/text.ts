import * as z from 'zod'

/**
 * Text of `min` to `max` characters, counted as JSON Schema does it: by code points. No NUL, which some stores refuse, and no half of a
 * surrogate pair, which UTF-8 cannot carry.
 */
export const text = (min: number, max: number) =>
  z
    .string()
    .regex(/^[^\u0000]*$/, { error: 'Text must not hold NUL' })
    .refine((value) => value.isWellFormed(), { error: 'Text must not hold half a surrogate pair' })
    .refine((value) => value.length >= min && (value.length <= max || Array.from(value).length <= max), { error: `Text must have ${min} to ${max} characters` })
    .meta({ minLength: min, maxLength: max })
