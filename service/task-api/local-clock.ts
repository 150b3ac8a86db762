/** What the clocks and calendars of a time zone show. */
export interface LocalTime {
  /** `YYYY-MM-DD`. */
  readonly date: string
  /** 0-23. */
  readonly hour: number
}

/** Reads instants by the clocks of a time zone (IANA name). No time of day is assumed to exist: in some zones a day begins at 01:00. */
export const localClock = (timeZone: string): ((instant: Date) => LocalTime) => {
  const format = new Intl.DateTimeFormat('en-US', {
    timeZone, calendar: 'gregory', numberingSystem: 'latn', hourCycle: 'h23', year: 'numeric', month: '2-digit', day: '2-digit', hour: '2-digit',
  })
  return (instant) => {
    const parts = Object.fromEntries(format.formatToParts(instant).map(({ type, value }) => [type, value]))
    return { date: `${parts['year']?.padStart(4, '0')}-${parts['month']}-${parts['day']}`, hour: Number(parts['hour']) }
  }
}
