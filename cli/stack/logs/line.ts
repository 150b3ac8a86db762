/** Where lines come from: a container of an app's pod. */
export interface LogOrigin {
  readonly app: string
  readonly pod: string
  readonly container: string
}

/** A line of a log. */
export interface LogLine extends LogOrigin {
  /** When it was written: RFC 3339, UTC, nine digits of a second, so that times compare as texts. */
  readonly time: string
  readonly text: string
}

const stamp = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.(\d{1,9}))?(Z|[+-]\d\d:\d\d) ?/

/** Reads a line that begins with its time. What has none is the kubelet's own word and no line of the container: `undefined`. */
export const logLine = ({ app, pod, container }: LogOrigin, raw: string): LogLine | undefined => {
  const [start, seconds = '', fraction = '', zone = ''] = stamp.exec(raw) ?? []
  if (start === undefined) return undefined
  const time = `${new Date(seconds + zone).toISOString().slice(0, 19)}.${fraction.padEnd(9, '0')}Z`
  return { app, pod, container, time, text: raw.slice(start.length) }
}
