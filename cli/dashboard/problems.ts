import type { Diagnosis } from '../doctor/diagnosis.ts'
import type { AppView, EdgeView, LetterView, Problem, SubscriptionView } from './view.ts'

/** What the page itself sees. */
export interface Seen {
  readonly apps: readonly AppView[]
  readonly subscriptions: readonly SubscriptionView[]
  readonly edges: readonly EdgeView[]
  readonly deadLetters: readonly LetterView[]
}

const appProblem = ({ app, troubles, pods, sidecars }: AppView): Problem => ({
  subject: app,
  what: troubles[0] ?? (sidecars.length === 0 ? 'no sidecar of it answers' : `${pods[0]} of ${pods[1]} pods are ready`),
  evidence: troubles.length > 1 ? troubles : [`${pods[0]} of ${pods[1]} pods are ready`, `sidecars that answer: ${sidecars.join(', ') || 'none'}`],
  fix: `see \`stack logs --app ${app}\`, then run \`stack up\``,
  hidden: [],
})

const subscriptionProblem = ({ name, app, topic, there }: SubscriptionView): Problem => ({
  subject: `Subscription ${name}`,
  what: there ? `${app} does not hear topic ${topic}: its sidecar has not loaded the Subscription` : `${app} does not hear topic ${topic}: the Subscription is not in the cluster`,
  evidence: [`declared for ${app}`, there ? 'the object is there' : 'the object is not there'],
  fix: there ? `see \`stack logs --app ${app}\` for why, then restart its pods` : 'run `stack up`, which makes it again',
  hidden: [],
})

const lettersProblem = (letters: readonly LetterView[]): Problem[] => {
  const [first] = letters
  if (!first) return []
  return [{
    subject: 'dead letters',
    what: `${letters.length === 1 ? '1 event waits' : `${letters.length} events wait`} that no app could handle`,
    evidence: letters.slice(0, 3).map(({ app, topic, lastError }) => `${app}, topic ${topic}: ${lastError}`),
    fix: 'mend what the last error says, then replay them',
    hidden: [],
  }]
}

const failingNow = ({ from, to, label, failedPerSecond = 0, failed }: EdgeView): Problem => ({
  subject: `${from} → ${to}`,
  what: `calls fail (${label}): ${failedPerSecond < 0.1 ? 'less than 0.1' : failedPerSecond.toFixed(1)} each second`,
  evidence: [`${failed} failed since the sidecars started`],
  fix: 'read the logs of both ends',
  hidden: [],
})

/** The name of a node without its kind. */
const nameOf = (node: string): string => node.split(' ').at(-1) ?? node

/** Whether a finding of doctor speaks of something, so that it need not be said twice. */
const speaksOf = (problems: readonly Problem[], words: readonly string[]): boolean => problems.some((one) => words.some((word) => JSON.stringify(one).includes(word)))

/** What is wrong: doctor's findings first, then what the page sees that none of them speaks of. Pure. */
export const problemsIn = ({ apps, subscriptions, edges, deadLetters }: Seen, diagnosis: Diagnosis | undefined): Problem[] => {
  const found = (diagnosis?.findings ?? []).map(({ subject, what, evidence, fix, hidden = [] }): Problem => ({ subject, what, evidence, fix, hidden }))
  const own = [
    ...apps.filter((app) => !app.whole && (app.troubles.length > 0 || app.subscriptions[0] >= app.subscriptions[1]) && !speaksOf(found, [app.app])).map(appProblem),
    ...subscriptions.filter(({ state }) => state === 'missing').filter(({ name }) => !speaksOf(found, [name])).map(subscriptionProblem),
    ...(speaksOf(found, ['dead letter', 'dead-letter']) ? [] : lettersProblem(deadLetters)),
    ...edges.filter(({ failedPerSecond = 0 }) => failedPerSecond > 0).filter(({ from, to }) => !found.some((one) => [from, to].every((node) => speaksOf([one], [nameOf(node)])))).map(failingNow),
  ]
  return [...found, ...own]
}
