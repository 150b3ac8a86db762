import { readable } from '../../local/log-line.ts'
import { createPrefix } from '../../local/output.ts'
import { sidecarContainer } from '../up/pods.ts'
import type { LogLine } from './line.ts'
import { asEntry } from './sidecar-entry.ts'

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
