import { z } from 'zod'

/** No NUL, which some stores refuse, and no half of a surrogate pair, which JSON in UTF-8 cannot carry. */
const wellFormed = /^[^\0\ud800-\udfff]*$/u

/** Text of `min` to `max` characters, counted as JSON Schema does it: by code points. */
export const text = (min: number, max: number) =>
  z
    .string()
    .regex(wellFormed, { error: 'Text must not hold NUL or half a surrogate pair' })
    .refine((value) => value.length >= min && (value.length <= max || Array.from(value).length <= max), { error: `Text must have ${min} to ${max} characters` })
    .meta({ minLength: min, maxLength: max })
