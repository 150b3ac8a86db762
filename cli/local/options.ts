import { parseArgs } from 'node:util'

import { RunRefused } from './errors.ts'

/** What the command line of `npm start` says. */
export interface Options {
  /** Added to the port of every app, so that several runs fit on a machine. */
  readonly portOffset: number
  /** Show what the sidecars and the scheduler say below a warning, too. */
  readonly verbose: boolean
  readonly help: boolean
}

export const usage = `usage: npm start [-- --port-offset N] [--verbose]
  --port-offset N   add N to the port of every app; its state is a folder of its own (default 0)
  --verbose         show all that the sidecars and the scheduler say, not only warnings and errors`

const parsed = (args: readonly string[]) => {
  try {
    return parseArgs({
      args: [...args],
      options: { 'port-offset': { type: 'string', default: '0' }, verbose: { type: 'boolean', default: false }, help: { type: 'boolean', short: 'h', default: false } },
    }).values
  } catch (error) {
    throw new RunRefused(`${error instanceof Error ? error.message : String(error)}\n${usage}`)
  }
}

/**
 * Reads the command line.
 * @throws RunRefused for what it does not know
 */
export const parseOptions = (args: readonly string[]): Options => {
  const { 'port-offset': offset, verbose, help } = parsed(args)
  if (!/^\d{1,5}$/.test(offset)) throw new RunRefused(`--port-offset ${offset} is no number from 0 to 65535\n${usage}`)
  return { portOffset: Number(offset), verbose, help }
}
