import { asksForHelp } from '../../toolchain/command-line.ts'
import { ExpectedError } from '../../toolchain/errors.ts'
import { readOptions, usage } from './options.ts'
import { fuzzStack } from './run.ts'

const print = (line: string): void => { process.stdout.write(`${line}\n`) }

/** 0: nothing was found; 1: something was; 2: wrong command line. */
const main = async (args: readonly string[]): Promise<number> => {
  const results = await fuzzStack(readOptions(args), print)
  for (const { app, text } of results) print(`\n${app}\n${text}`)
  return results.every(({ passed }) => passed) ? 0 : 1
}

for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => process.exit(130))

try {
  const args = process.argv.slice(2)
  if (asksForHelp(args)) print(usage)
  else process.exitCode = await main(args)
} catch (error) {
  if (!(error instanceof ExpectedError)) throw error
  process.stderr.write(`${error.message}\n`)
  process.exit(error.exitCode) // what was started by then would keep it alive
}
