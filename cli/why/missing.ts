import { type Delivery, type DeliveryState, eventText, stateOf } from './delivery.ts'
import type { Missing } from './explanation.ts'
import type { Effect, ExpectedEvent } from './kind.ts'
import type { LogEntry } from './log-entry.ts'
import type { About, Finding, Place } from './place.ts'

/** All that is known, for the verdict. */
export interface Facts {
  readonly events: readonly ExpectedEvent[]
  readonly deliveries: readonly Delivery[]
  readonly findings: readonly Finding[]
  /** Warnings and errors of all apps and sidecars, by time. */
  readonly alarms: readonly LogEntry[]
  readonly pubsubOf: (topic: string) => string
  readonly replay: Place['replay']
  readonly now: Date
}

/** What is this young may be under way. */
const youngMs = 5000

const findingsAbout = (findings: readonly Finding[], ...wanted: readonly ((about: About) => boolean)[]): Finding[] => wanted.flatMap((is) => findings.filter(({ about }) => is(about)))
const isApp = (app: string) => (about: About): boolean => about.kind === 'app' && about.app === app
const isComponent = (name: string) => (about: About): boolean => about.kind === 'component' && about.component === name
const isCallOf = (caller: string, effects: readonly Effect[]) => (about: About): boolean =>
  about.kind === 'invocation' && about.caller === caller && effects.some(({ invokes }) => invokes?.callee === about.callee && invokes.method === about.method)

/** The findings as a cause, with what was seen, else what was seen alone. */
const causeOf = (found: readonly Finding[], seen: string, otherwise: string): Pick<Missing, 'because' | 'fix'> => {
  if (found.length === 0) return { because: seen, fix: otherwise }
  const because = found.map(({ text }) => text).join('; ')
  return { because: seen === '' ? because : `${because} (${seen})`, fix: [...new Set(found.map(({ fix }) => fix))].join(', ') }
}

const young = ({ event, now }: { readonly event: ExpectedEvent; readonly now: Date }): Missing | undefined => {
  const ageMs = now.getTime() - Date.parse(event.time)
  return ageMs > youngMs ? undefined : { step: `the way of ${eventText(event)}`, because: `it is only ${(ageMs / 1000).toFixed(1)} s old`, fix: 'ask again' }
}

/** The last alarm of an app that names one of the words. */
const alarmOf = (alarms: readonly LogEntry[], app: string, words: readonly string[]): string =>
  alarms.findLast((entry) => entry.app === app && words.some((word) => entry.text.includes(word)))?.said ?? ''

const unpublished = (event: ExpectedEvent, { findings, alarms, pubsubOf }: Facts): Missing => {
  const [pubsub, { publisher }] = [pubsubOf(event.topic), event]
  const found = findingsAbout(findings, isComponent(pubsub), isApp(publisher))
  const seen = alarmOf(alarms, publisher, [event.topic, pubsub])
  const cause = causeOf(found, seen === '' ? '' : `${publisher} says: ${seen}`, `see that the broker behind ${pubsub} answers; ${publisher} publishes it by itself when it does`)
  const because = cause.because === '' ? `the event still stands in the document, and ${publisher} says nothing of it` : `the event still stands in the document: ${cause.because}`
  return { step: `${publisher} publishes ${eventText(event)} on ${event.topic}`, because, fix: cause.fix }
}

const undelivered = ({ event, subscription: { name, app, topic, pubsub }, unreachable }: Delivery, { findings }: Facts): Missing => {
  const found = findingsAbout(findings, isApp(app), (about) => about.kind === 'subscription' && about.subscription === name, isComponent(pubsub))
  const seen = found.length > 0 ? '' : (unreachable ?? `it was published, the Subscription ${name} is as declared, and ${app} was not given it`)
  return { step: `${topic} delivers ${eventText(event)} to ${app}`, ...causeOf(found, seen, `see what waits at the broker and the log of the sidecar of ${app}: \`stack logs --app ${app}\``) }
}

const refusal = /PermissionDenied|access control policy|forbidden/i

const advice = (error: string): string => {
  if (refusal.test(error)) return 'allow the call in the config'
  return /is not declared for topic|breaks the contract/.test(error) ? 'bring up the version that knows this event' : 'mend what it says'
}

const unhandled = ({ event, subscription: { app } }: Delivery, error: string, again: string, { findings }: Facts): Missing => {
  const callees = event.effects.flatMap((effect) => (effect.app === app && effect.invokes ? effect.invokes.callee : []))
  const named = (about: About): boolean => about.kind === 'component' && error.includes(about.component)
  const found = findingsAbout(findings, isCallOf(app, event.effects), (about) => callees.some((callee) => isApp(callee)(about)), named)
  const { because, fix } = causeOf(found, error, advice(error))
  return { step: `${app} handles ${eventText(event)}`, because, fix: `${fix}${again}` }
}

const withoutEffect = ({ event, subscription: { app } }: Delivery): Missing | undefined => {
  const lost = event.effects.find((effect) => effect.app === app && effect.found === undefined && effect.unknown === undefined)
  if (lost === undefined) return undefined
  return { step: lost.what, because: `${app} handled ${eventText(event)}, and there is no record of it`, fix: 'see whether somebody removed it from the store' }
}

const missingOf = (delivery: Delivery, state: DeliveryState, facts: Facts): Missing | undefined => {
  const { event, subscription: { app }, note, letter } = delivery
  if (state === 'handled') return withoutEffect(delivery)
  if (state === 'dead letter' && letter) return unhandled(delivery, `it became a dead letter after ${letter.attempts} failed deliveries: ${letter.last_error}`, `, then \`${facts.replay(app, letter.id)}\``, facts)
  if (state === 'failing' && note) return unhandled(delivery, `it failed ${note.attempts} time(s) so far, the last: ${note.error}`, '; it is delivered again by itself', facts)
  if (state === 'received') return young({ event, now: facts.now }) ?? unhandled(delivery, `${app} received it and did not end its work`, '; it is delivered again by itself', facts)
  if (state === 'silent') return young({ event, now: facts.now }) ?? undelivered(delivery, facts)
  return undefined
}

/** The first step that is missing, event by event, each from its being published to its effects. Pure. */
export const firstMissing = (facts: Facts): Missing | undefined => {
  for (const event of facts.events) {
    const deliveries = facts.deliveries.filter((delivery) => delivery.event.id === event.id)
    const states = deliveries.map((delivery) => stateOf(delivery, facts.now))
    if (event.pending && states.every((state) => state === 'silent' || state === 'unknown')) return young({ event, now: facts.now }) ?? unpublished(event, facts)
    for (const [index, delivery] of deliveries.entries()) {
      const missing = missingOf(delivery, states[index] ?? 'silent', facts)
      if (missing) return missing
    }
  }
  return undefined
}
