/** A topic and an app that hears it. */
export interface Question {
  readonly topic: string
  readonly app: string
}

/** How many events of a topic a broker has that an app has not handled yet, those under way included. */
export interface Backlog extends Question {
  readonly count: number
}

/** A broker cannot be asked; `message` says why. */
export class Uncountable extends Error {
  override readonly name = 'Uncountable'
}

/** Where a broker listens, seen from its own pod. */
export interface BrokerPod {
  readonly port: number
  /** Address by which clients name it, `host:port`. */
  readonly address: string
  /** Runs a command in the broker's container and gives what it wrote. */
  readonly exec: (command: readonly string[]) => Promise<string>
}

/** Counts what a broker of one type has not delivered yet. @throws Uncountable */
export type Count = (broker: BrokerPod, questions: readonly Question[]) => Promise<Backlog[]>
