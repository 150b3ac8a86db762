import { setTimeout as sleep } from 'node:timers/promises'

import type { Connection } from '../connection.ts'
import { confirmed } from '../confirm.ts'
import { type Context, inPhase } from '../context.ts'
import type { Desired } from '../desired.ts'
import { StackError } from '../errors.ts'
import type { fates } from '../options.ts'
import { appOf, podOf } from '../up/pods.ts'
import { isEmpty, type LeftBroker, leftBrokers, total, type Undelivered, undeliveredIn, undeliveredText } from './backlog.ts'
import type { BrokerSwitch } from './switch.ts'

const everyMs = 1000
const mendLater = 'give --undelivered wait to have them delivered first, or --undelivered leave to give them up'

/** What to do about what a broker has not delivered. */
export type Choice = (typeof fates)[number]

/** The brokers that the stack leaves, what they have not delivered, and what to do about it where that is known. */
export interface Leaving {
  readonly all: readonly Undelivered[]
  readonly choice: Choice | undefined
}

/**
 * What to do where nobody can be asked; undefined where somebody can. Pure.
 * @throws StackError when the command line does not say
 */
export const choiceOf = ({ host, options }: Pick<Context, 'host' | 'options'>, all: readonly Undelivered[]): Choice | undefined => {
  const open = all.filter((one) => !isEmpty(one))
  if (open.length === 0) return 'wait'
  if (options.undelivered === 'wait') {
    const unknown = open.find((one) => 'unknown' in one)
    if (unknown) throw new StackError('usage', `${undeliveredText(unknown)}, so they cannot be waited for`, 'drain the broker by hand, then give --undelivered leave')
  }
  if (options.undelivered !== undefined) return options.undelivered
  if (host.interactive && !options.json && !options.yes) return undefined
  throw new StackError('usage', open.map(undeliveredText).join('; '), mendLater)
}

/** Asks. Undefined is a no. */
const askedChoice = async (context: Context, all: readonly Undelivered[]): Promise<Choice | undefined> => {
  const isKnown = all.every((one) => !('unknown' in one))
  const question = isKnown ? 'Wait until they are delivered, then go on?' : 'Go on, and give up what is not delivered?'
  if (!(await confirmed(context, question))) return undefined
  return isKnown ? 'wait' : 'leave'
}

const requireSubscribers = async ({ port }: Connection, namespace: string, one: Undelivered): Promise<void> => {
  if ('unknown' in one) return
  const pods = (await port.list('v1', 'Pod', { namespace })).map(podOf).filter(({ metadata }) => metadata.deletionTimestamp === undefined)
  const idle = one.backlogs.find(({ app }) => !pods.some((pod) => appOf(pod) === app))
  if (idle) throw new StackError('failed', `${undeliveredText(one)}; ${idle.app} has no pod to take them`, `start ${idle.app} (kubectl scale), then run up again, or give --undelivered leave`)
}

const untilEmpty = async (context: Context, connection: Connection, namespace: string, broker: LeftBroker): Promise<void> => {
  const { output, signal, options } = context
  const end = performance.now() + options.timeout * 1000
  for (;;) {
    signal.throwIfAborted()
    const one = await undeliveredIn(connection, namespace, broker)
    const left = 'backlogs' in one ? total(one.backlogs) : undefined
    const detail = left === undefined ? undeliveredText(one) : `${left} not delivered yet`
    output.emit({ type: 'progress', object: `Component/${broker.component}`, ready: left === 0, detail, pods: [] })
    if (left === 0) return
    await requireSubscribers(connection, namespace, one)
    if (performance.now() > end) throw new StackError('timeout', `after ${options.timeout} s ${undeliveredText(one)}`, 'nothing was changed; look why they are not handled, or give a longer --timeout')
    await sleep(everyMs, undefined, { signal })
  }
}

/**
 * Waits until brokers have delivered all they have.
 * @throws StackError when that cannot be, or takes too long
 */
const drain = (context: Context, connection: Connection, namespace: string, brokers: readonly LeftBroker[]): Promise<void> =>
  inPhase(context, 'drain', async () => { for (const broker of brokers) await untilEmpty(context, connection, namespace, broker) })

/**
 * Looks what the brokers that are left have not delivered, and says it.
 * @throws StackError when there is something to decide and nobody to ask
 */
export const leavingOf = async (context: Context, connection: Connection, desired: Desired, switches: readonly BrokerSwitch[]): Promise<Leaving> => {
  const brokers = await leftBrokers(connection, desired, switches)
  const all = await Promise.all(brokers.map((broker) => undeliveredIn(connection, desired.namespace, broker)))
  for (const one of all) context.output.emit({ type: 'note', text: undeliveredText(one) })
  return { all, choice: choiceOf(context, all) }
}

/**
 * Leaves brokers: has them deliver what they have, or gives it up. Gives those that must stay empty; undefined where somebody said no.
 * @throws StackError when they cannot be emptied
 */
export const leave = async (context: Context, connection: Connection, namespace: string, { all, choice }: Leaving): Promise<readonly LeftBroker[] | undefined> => {
  const chosen = choice ?? (await askedChoice(context, all))
  if (chosen === undefined) return undefined
  if (chosen === 'leave') return []
  const brokers = all.map(({ broker }) => broker)
  if (!all.every(isEmpty)) await drain(context, connection, namespace, brokers)
  return brokers
}

/**
 * Looks once more, when nobody uses the brokers any longer: what was published while they were left is in none of them.
 * @throws StackError when a broker has events; it stays
 */
export const requireLeftEmpty = async (connection: Connection, namespace: string, brokers: readonly LeftBroker[]): Promise<void> => {
  for (const broker of brokers) {
    const one = await undeliveredIn(connection, namespace, broker)
    if (isEmpty(one) || 'unknown' in one) continue
    throw new StackError('failed', `${total(one.backlogs)} events came into ${broker.from} while ${broker.component} was switched, and nobody takes them there`, 'switch back to have them delivered; running up again gives them up. The old broker stays until then')
  }
}
