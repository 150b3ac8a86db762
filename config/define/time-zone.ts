const ianaName = /^(?!.*[A-Z]{4})(UTC|[A-Z][A-Za-z0-9_+-]*(\/[A-Z][A-Za-z0-9_+-]*){1,2})$/

const canonicalName = (name: string): string | undefined => {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone
  } catch {
    return undefined
  }
}

/**
 * Whether a time zone is a name of the IANA database as it is written there, such as `Europe/Berlin` or `UTC`. `Intl` takes more (offsets,
 * any case, `PST`), which the scheduler does not know; and before Dapr 1.18.3 a malformed one could crash it.
 */
export const isTimeZone = (name: string): boolean => {
  const canonical = ianaName.test(name) ? canonicalName(name) : undefined
  return canonical !== undefined && (canonical === name || canonical.toLowerCase() !== name.toLowerCase())
}
