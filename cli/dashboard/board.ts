import type { Outcome } from '../dlq/commands.ts'
import type { Connection } from '../stack/connection.ts'
import { clusterLook, diagnosisOf, driftIn, type Place } from './cluster.ts'
import { around, drawingOf } from './drawing.ts'
import { type ClusterFacts, countIn, deadLetterTrace, healthTrace } from './facts.ts'
import { createLayout } from './layout.ts'
import { type LetterName, lettersIn, replayLetter } from './letters.ts'
import { type LineView, showLines } from './log-lines.ts'
import { ratesOf, withCount } from './rates.ts'
import { hubOf } from './hub.ts'
import { type Answers, snapshotOf, sourceNames } from './snapshot.ts'
import { type Source, watch } from './source.ts'
import type { Snapshot } from './view.ts'

/** The graph as it is drawn now. */
export interface Drawn {
  /** The same as in a snapshot whose edges fit to it. */
  readonly key: string
  readonly svg: string
}

/** What the page is served from. */
export interface Board {
  /** Sends a snapshot now and whenever something is new, until the function that it gives is called. */
  readonly subscribe: (send: (snapshot: Snapshot) => void) => () => void
  /** The whole graph, or what an app has to do with; undefined before the first look, and for an app that is none. */
  readonly graph: (app?: string) => Promise<Drawn | undefined>
  readonly replay: (letter: LetterName) => Promise<Outcome>
  /** Shows the lines of an app, or of all, until the signal is aborted. */
  readonly logs: (app: string | undefined, show: (lines: readonly LineView[]) => void, signal: AbortSignal) => Promise<void>
  readonly close: () => Promise<void>
}

export interface BoardOptions {
  readonly place: Place
  readonly writes: boolean
  /** Connects to the cluster, again where a look hung. */
  readonly connect: () => Promise<Connection>
  /** The connection that is there already. */
  readonly connection: Connection
}

/** Milliseconds between two looks, and until one is given up. Doctor and dead letters are also looked at when the cluster shows a reason. */
const paces = {
  cluster: { everyMs: 2000, boundMs: 20_000 },
  doctor: { everyMs: 60_000, boundMs: 45_000 },
  deadLetters: { everyMs: 300_000, boundMs: 45_000 },
  drift: { everyMs: 15_000, boundMs: 20_000 },
} as const

type Mutable<T> = { -readonly [K in keyof T]: T[K] }

/** Everything behind the page of one deployed stack. */
export const createBoard = ({ place, writes, connect, connection: first }: BoardOptions): Board => {
  const { stack, namespace } = place
  const answers: Mutable<Answers> = { counts: [] }
  const layout = createLayout()
  let connection: Promise<Connection> | undefined = Promise.resolve(first)
  const forget = (): void => { connection = undefined }
  const connected = (): Promise<Connection> => (connection ??= connect().catch((error: unknown) => {
    forget()
    throw error
  }))

  const source = <T>(name: keyof typeof paces, look: (to: Connection) => Promise<T>, accept: (answer: T) => void): Source<T> => ({
    name: sourceNames[name], ...paces[name], look: async () => look(await connected()), accept,
    // What hung may hang for ever, and take the connections with it that the others wait for.
    gaveUp: forget,
  })
  const deadLetters = watch(source('deadLetters', (to) => lettersIn(to, namespace), (letters) => { answers.deadLetters = letters }))
  const doctor = watch(source('doctor', (to) => diagnosisOf(to, place), (diagnosis) => { answers.diagnosis = diagnosis }))
  const cluster = watch(source('cluster', clusterLook(place), (facts) => {
    const before = answers.cluster
    answers.cluster = facts
    answers.counts = withCount(answers.counts, countIn(facts))
    const isNew = (trace: (of: ClusterFacts) => string): boolean => before !== undefined && trace(before) !== trace(facts)
    if (isNew(healthTrace)) doctor.nudge()
    if (isNew(deadLetterTrace)) deadLetters.nudge()
  }))
  const watches = [cluster, doctor, deadLetters, watch(source('drift', (to) => driftIn(to, place), (drift) => { answers.drift = drift }))]
  const heading = { stack, namespace, context: first.context, version: first.version, writes }
  const hub = hubOf(watches, () => snapshotOf(heading, answers, watches.map(({ view }) => view()), new Date()))

  return {
    subscribe: hub.subscribe,
    graph: async (app) => {
      const { cluster, counts } = answers
      if (!cluster || (app !== undefined && !cluster.graph.apps.some(({ id }) => id === app))) return undefined
      const { key, picture } = drawingOf(cluster, ratesOf(counts))
      return { key, svg: await layout.svg(JSON.stringify([key, app]), app === undefined ? picture : around(picture, app)) }
    },
    replay: async (letter) => {
      const outcome = await replayLetter(await connected(), namespace, letter)
      deadLetters.nudge()
      return outcome
    },
    logs: async (app, show, signal) => {
      const known = answers.cluster?.graph.apps.map(({ id }) => id) ?? []
      return showLines(await connected(), namespace, app === undefined ? known : known.filter((id) => id === app), show, signal)
    },
    close: async () => {
      hub.close()
      await layout.close()
    },
  }
}
