import { resolve } from 'node:path'

import { execa } from 'execa'

/** A line of what `stack --json` writes. */
export interface Event {
  readonly type: string
  readonly result?: string
  readonly object?: string
  readonly did?: string
  readonly value?: unknown
  readonly ready?: boolean
  readonly text?: string
}

export const program = resolve('cli/stack/stack.mjs')

export interface RunOptions {
  readonly cancelSignal?: AbortSignal
  /** What is written to its standard input; closed without. */
  readonly input?: string
}

/** Runs `stack` as its users do, in a folder with a cdk8s.yaml. */
export const runIn = (cwd: string, namespace: string) => (args: readonly string[], options: RunOptions = {}) =>
  execa(process.execPath, [program, ...args], { cwd, env: { STACK_NAMESPACE: namespace, NODE_OPTIONS: '' }, reject: false, ...(options.input === undefined && { stdin: 'ignore' as const }), ...options })

export const eventsOf = (stdout: string): Event[] => stdout.split('\n').filter(Boolean).map((line) => JSON.parse(line) as Event)
export const deedsOf = (events: readonly Event[], did: string) => events.filter((event) => event.did === did).map(({ object }) => object)
export const resultOf = (events: readonly Event[], result: string) => events.filter((event) => event.result === result).map(({ value }) => value)
