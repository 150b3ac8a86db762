// Until the year 2286.
const latestMs = 9_999_999_999_999

/** A key that sorts what is newer first, then by id. `time` is ISO 8601, and always the same for one id. */
export const newestFirst = (time: string, id: string): string => `${String(latestMs - Date.parse(time)).padStart(13, '0')}-${id}`
