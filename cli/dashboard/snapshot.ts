import type { Diagnosis } from '../doctor/diagnosis.ts'
import { drawingOf } from './drawing.ts'
import type { ClusterFacts } from './facts.ts'
import { problemsIn } from './problems.ts'
import { type Count, ratesOf, total } from './rates.ts'
import { appViews, componentViews, jobsViews, subscriptionViews } from './tables.ts'
import type { LetterView, Problem, Snapshot, SourceView } from './view.ts'

/** What the page is of, whatever the cluster says. */
export type Heading = Pick<Snapshot, 'stack' | 'namespace' | 'context' | 'version' | 'writes'>

/** The last answers of all that is looked at; what never answered is left out. */
export interface Answers {
  readonly cluster?: ClusterFacts
  /** The counts that rates are made of. */
  readonly counts: readonly Count[]
  readonly diagnosis?: Diagnosis
  readonly deadLetters?: readonly LetterView[]
  readonly drift?: readonly string[]
}

/** The names of what is looked at. */
export const sourceNames = { cluster: 'apps and sidecars', doctor: 'doctor', deadLetters: 'dead letters', drift: 'drift' } as const

const verdictOf = (problems: readonly Problem[], unlooked: Diagnosis['unlooked'], sources: readonly SourceView[]): Snapshot['verdict'] => {
  if (problems.length > 0) return 'wrong'
  if (unlooked.length > 0 || sources.some(({ name, state }) => state === 'silent' && name !== sourceNames.drift)) return 'silent'
  return sources.some(({ name, state }) => state === 'waiting' && (name === sourceNames.cluster || name === sourceNames.doctor)) ? 'looking' : 'healthy'
}

type OfCluster = Pick<Snapshot, 'apps' | 'components' | 'subscriptions' | 'jobs' | 'graph' | 'traffic'>

const beforeTheFirstLook: OfCluster = { apps: [], components: [], subscriptions: [], jobs: [], graph: { key: '', edges: [] }, traffic: total([]) }

const ofCluster = (facts: ClusterFacts, counts: readonly Count[]): OfCluster => {
  const { key, edges } = drawingOf(facts, ratesOf(counts))
  return {
    apps: appViews(facts, edges),
    components: componentViews(facts),
    subscriptions: subscriptionViews(facts, edges),
    jobs: jobsViews(facts, edges),
    graph: { key, edges },
    traffic: total(edges),
  }
}

/** Puts the page together from what was last heard. Pure. */
export const snapshotOf = (heading: Heading, { cluster, counts, diagnosis, deadLetters = [], drift = [] }: Answers, sources: readonly SourceView[], at: Date): Snapshot => {
  const seen = cluster ? ofCluster(cluster, counts) : beforeTheFirstLook
  const unlooked = diagnosis?.unlooked ?? []
  const problems = problemsIn({ ...seen, edges: seen.graph.edges, deadLetters }, diagnosis)
  return {
    ...heading,
    ...seen,
    at: at.toISOString(),
    verdict: verdictOf(problems, unlooked, sources),
    problems,
    unlooked,
    ...(diagnosis && { looked: diagnosis.looked }),
    sources,
    deadLetters,
    drift,
  }
}
