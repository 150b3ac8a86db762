import { readable } from '../../local/log-line.ts'
import { createPrefix } from '../../local/output.ts'
import { sidecarContainer } from '../up/pods.ts'
import type { LogLine } from './line.ts'

const field = /([\w.]+)=("(?:[^"\\]|\\.)*"|\S*)/g

const unquoted = (value: string): string => {
  try {
    return value.startsWith('"') ? String(JSON.parse(value)) : value
  } catch {
    return value
  }
}

/** A line of a sidecar, `time="…" level=info msg="…" …`, in the form in which services write theirs. */
const asEntry = (text: string): string =>
  /^time="[^"]*" level=/.test(text) ? JSON.stringify(Object.fromEntries([...text.matchAll(field)].map(([, name = '', value = '']) => [name, unquoted(value)]))) : text

/** What a line says, as a person reads it. Pure. */
export const messageOf = ({ container, text }: Pick<LogLine, 'container' | 'text'>): string => readable(container === sidecarContainer ? asEntry(text) : text)

const nameOf = ({ app, container }: LogLine): string => {
  if (container === app) return app
  return `${app} ${container}`
}

const beyondDate = [11, 23] as const // of 2026-01-02T03:04:05.678901234Z

/** Makes lines for people: time (UTC), app and container, message. Pure. */
export const lineText = (apps: readonly string[], colours: boolean): ((line: LogLine) => string) => {
  const prefix = createPrefix(apps, colours)
  return (line) => `${line.time.slice(...beyondDate)}Z ${prefix(nameOf(line), readable(line.container === sidecarContainer ? asEntry(line.text) : line.text))}`
}
