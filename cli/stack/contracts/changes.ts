import { isDeepStrictEqual } from 'node:util'

import type { Contracts } from '../../../config/define/index.ts'
import type { DeployedGraph } from '../graph.ts'
import { gapText, type Unread } from './gap-words.ts'
import { type GapOptions, gapsOf } from './gaps.ts'
import type { Schema } from './schema-node.ts'

/** A version of a stack, as far as it is compared. */
export interface Version {
  readonly graph: DeployedGraph
  readonly contracts: Contracts
}

/** A change of a contract with which somebody cannot read what somebody else wrote. */
export interface ContractChange {
  readonly contract: 'event' | 'request' | 'answer' | 'document' | 'job'
  /** Such as `orders/placed`: topic and event, app and method, app and document, app and kind of job. */
  readonly name: string
  /** Path of the field, such as `items[].price`; empty for the whole. */
  readonly path: string
  readonly change: string
  readonly unread: Unread
  /** Ids of the apps that it hits, sorted. */
  readonly apps: readonly string[]
}

type Subject = Pick<ContractChange, 'contract' | 'name'>

/** Apps that are hit where old data is not read, and where new data is not read. */
type Hit = Readonly<Record<Unread, readonly string[]>>

const unreads = ['old', 'new'] as const

const changed = (subject: Subject, before: Schema, after: Schema, hit: Hit, options: GapOptions = {}): ContractChange[] => {
  if (isDeepStrictEqual(before, after)) return []
  return unreads.flatMap((unread) => {
    if (hit[unread].length === 0) return []
    // What is stored may be of any version before, which knew no default that came later; the new version fills them in.
    const gaps = unread === 'old' ? gapsOf(before, after) : gapsOf(after, before, options)
    return gaps.map((gap) => ({ ...subject, path: gap.path, change: gapText(gap, unread), unread, apps: hit[unread] }))
  })
}

const namesIn = (...records: readonly (Readonly<Record<string, unknown>> | undefined)[]): string[] => [...new Set(records.flatMap((record) => Object.keys(record ?? {})))]

const subscribersOf = ({ graph }: Version, topic: string): string[] => graph.subscriptions.filter((one) => one.topic === topic).map(({ app }) => app).sort()

const callersOf = ({ graph }: Version, callee: string, method: string): string[] =>
  graph.invocations.filter((one) => one.callee === callee && one.method === method).map(({ caller }) => caller).sort()

/** A consumer puts events of a type that it does not know to the dead letters. */
const eventChanges = (before: Version, after: Version, topic: string): ContractChange[] => {
  const [old, next] = [before.contracts.events[topic] ?? {}, after.contracts.events[topic] ?? {}]
  const hit: Hit = { old: subscribersOf(after, topic), new: subscribersOf(before, topic) }
  return namesIn(old, next).flatMap((type) => {
    const subject = { contract: 'event', name: `${topic}/${type}` } as const
    const [was, is] = [old[type], next[type]]
    if (was && is) return changed(subject, was, is, hit)
    const change = was ? ({ change: 'is removed', unread: 'old', apps: subscribersOf(before, topic) } as const) : ({ change: 'is new', unread: 'new', apps: hit.new } as const)
    return change.apps.length === 0 ? [] : [{ ...subject, path: '', ...change }]
  })
}

const methodChanges = (before: Version, after: Version, app: string): ContractChange[] => {
  const [old, next] = [before.contracts.methods[app] ?? {}, after.contracts.methods[app] ?? {}]
  return Object.entries(old).flatMap(([method, was]) => {
    const name = `${app}/${method}`
    const [oldCallers, newCallers] = [callersOf(before, app, method), callersOf(after, app, method)]
    const is = next[method]
    if (!is) return oldCallers.length === 0 ? [] : [{ contract: 'request', name, path: '', change: 'the method is removed', unread: 'old', apps: oldCallers } as const]
    return [
      ...changed({ contract: 'request', name }, was.request, is.request, { old: oldCallers, new: newCallers }),
      ...changed({ contract: 'answer', name }, was.response, is.response, { old: newCallers, new: oldCallers }),
    ]
  })
}

const documentChanges = (before: Version, after: Version, app: string): ContractChange[] => {
  const [old, next] = [before.contracts.documents[app] ?? {}, after.contracts.documents[app] ?? {}]
  return Object.entries(old).flatMap(([document, was]) => {
    const is = next[document]
    // What nobody reads any more stays as it is.
    return is ? changed({ contract: 'document', name: `${app}/${document}` }, was, is, { old: [app], new: [app] }, { defaultsFilled: true }) : []
  })
}

/** What waits in the scheduler is read by whatever version runs when its time comes. */
const jobChanges = (before: Version, after: Version, app: string): ContractChange[] => {
  const [old, next] = [before.contracts.jobs[app] ?? {}, after.contracts.jobs[app] ?? {}]
  return Object.entries(old).flatMap(([kind, was]) => {
    const subject = { contract: 'job', name: `${app}/${kind}` } as const
    const is = next[kind]
    return is ? changed(subject, was, is, { old: [app], new: [app] }) : [{ ...subject, path: '', change: 'the kind is removed', unread: 'old', apps: [app] } as const]
  })
}

/** The breaking changes of contracts between two versions of a stack: events, then methods, stored documents and jobs. Pure. */
export const contractChanges = (before: Version, after: Version): ContractChange[] => {
  const [old, next] = [before.contracts, after.contracts]
  return [
    ...namesIn(old.events, next.events).flatMap((topic) => eventChanges(before, after, topic)),
    ...Object.keys(old.methods).flatMap((app) => methodChanges(before, after, app)),
    ...Object.keys(old.documents).flatMap((app) => documentChanges(before, after, app)),
    ...Object.keys(old.jobs).flatMap((app) => jobChanges(before, after, app)),
  ]
}
