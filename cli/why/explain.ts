import { deliverySteps, readDelivery } from './delivery.ts'
import { type Explanation, type Step, timelineOf } from './explanation.ts'
import type { Kind, Look, StackWhy, Story } from './kind.ts'
import { logEntry, type LogEntry, tracesIn } from './log-entry.ts'
import { readerOf } from './look.ts'
import { firstMissing } from './missing.ts'
import { type Place, Unreachable } from './place.ts'

/** What is asked about. */
export interface Subject {
  readonly kind: string
  readonly id: string
}

/** Nothing is known of the thing. */
export interface Unknown {
  readonly subject: string
  readonly place: string
  /** What was looked at, in words. */
  readonly searched: string
}

const isAlarm = ({ level }: LogEntry): boolean => level !== undefined && level !== 'info'

const logStep = (entry: LogEntry): Step => ({
  time: entry.time,
  source: entry.container === entry.app ? `${entry.app} log` : `${entry.app} ${entry.container} log`,
  text: entry.said,
  ...(isAlarm(entry) && { state: 'failed' as const }),
})

/** What cannot be read is the first thing that is missing. */
const unreadable = async (place: Place, { kind, id }: Subject, entries: readonly LogEntry[], error: Unreachable): Promise<Explanation> => {
  const findings = (await place.findings()).filter(({ about }) => about.kind === 'app' || about.kind === 'component')
  const [found] = findings
  const missing = { step: `what is stored of ${kind}/${id} can be read`, because: [...findings.map(({ text }) => text), error.message].join('; '), fix: found?.fix ?? 'see `stack status`' }
  return { subject: `${kind}/${id}`, place: place.name, steps: timelineOf(entries.map(logStep)), traces: tracesIn(entries), missing, outcome: [] }
}

const told = async (place: Place, { graph }: StackWhy, { kind, id }: Subject, look: Look, story: Story, alarms: readonly LogEntry[]): Promise<Explanation> => {
  const edges = story.events.flatMap((event) => graph.subscriptions.filter(({ topic }) => topic === event.topic).map((subscription) => ({ event, subscription })))
  const [deliveries, findings] = await Promise.all([Promise.all(edges.map(({ event, subscription }) => readDelivery(look, event, subscription))), place.findings()])
  const pubsubOf = (topic: string): string => graph.topics.find(({ name }) => name === topic)?.pubsub ?? topic
  const missing = firstMissing({ events: story.events, deliveries, findings, alarms, pubsubOf, replay: place.replay, now: look.now }) ?? story.missing
  const effects = story.events.flatMap((event) => event.effects.flatMap(({ found }) => found ?? []))
  const steps = timelineOf([...story.steps, ...deliveries.flatMap((delivery) => deliverySteps(delivery, deliveries)), ...effects, ...look.entries.map(logStep)])
  return { subject: `${kind}/${id}`, place: place.name, steps, traces: tracesIn(look.entries), ...(missing && { missing }), outcome: missing ? [] : story.outcome }
}

/** Says what became of a thing: all that is known of it by time, and the first step that is missing. */
export const explain = async (place: Place, why: StackWhy, kind: Kind, subject: Subject, now: Date): Promise<Explanation | Unknown> => {
  const all = (await place.lines()).map(logEntry)
  const entries = all.filter(({ text, isReading }) => !isReading && text.includes(subject.id))
  const look: Look = { entries, now, ...readerOf(place) }
  try {
    const story = await kind.story(subject.id, look)
    if (story) return await told(place, why, subject, look, story, all.filter(isAlarm))
    const lines = entries.length === 0 ? `none of ${all.length} log lines has it` : `${entries.length} of ${all.length} log lines have it, the last at ${entries.at(-1)?.time ?? ''}`
    return { subject: `${subject.kind}/${subject.id}`, place: place.name, searched: `${kind.searched(subject.id)}; ${lines}` }
  } catch (error) {
    if (error instanceof Unreachable) return unreadable(place, subject, entries, error)
    throw error
  }
}
