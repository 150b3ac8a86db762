import type { StackEvent } from '../events.ts'
import { painter } from './colours.ts'
import { eventsText, lineOf } from './lines.ts'
import type { Output, Surface } from './output.ts'

const heartbeatMs = 10_000

const clock = (time: Date): string => time.toTimeString().slice(0, 8)

/**
 * A line with its time for each event that says something new, and where nothing is said for ten seconds, a sign of life: for pipes,
 * logs and CI.
 */
export const plainOutput = ({ write, colours, now }: Surface): Output => {
  const paint = painter(colours)
  const said = new Map<string, string>()
  const pending = new Map<string, readonly string[]>()
  let waitingFor: string | undefined
  let started = now()
  const line = (text: string): void => {
    write(`${clock(now())} ${text}\n`)
    heartbeat.refresh()
  }
  const heartbeat = setInterval(() => {
    if (waitingFor !== undefined) line(`still ${waitingFor}, ${Math.round((now().getTime() - started.getTime()) / 1000)} s: ${[...said.values(), ...[...pending.values()].flat()].join('; ') || 'no news'}`)
  }, heartbeatMs).unref()

  const isNews = (event: StackEvent, text: string): boolean => {
    if (event.type !== 'progress') return true
    const before = said.get(event.object)
    if (event.ready) for (const map of [said, pending]) map.delete(event.object)
    else {
      said.set(event.object, text)
      pending.set(event.object, eventsText(event))
    }
    return before !== text && !(event.ready && before === undefined)
  }
  return {
    emit: (event) => {
      if (event.type === 'phase') {
        for (const map of [said, pending]) map.clear()
        waitingFor = event.state === 'started' ? event.phase : undefined
        started = now()
      }
      const text = lineOf(event, paint)
      if (text !== undefined && isNews(event, text)) line(text)
    },
    print: (text) => { write(`${text}\n`) },
    show: (text) => { write(`${clock(now())}\n${text}\n\n`) },
    end: () => { clearInterval(heartbeat) },
  }
}
