import { ExpectedError } from '../../toolchain/errors.ts'
import { OptionsError, readOptions } from './options.ts'
import { fuzzStack } from './run.ts'

const print = (line: string): void => { process.stdout.write(`${line}\n`) }

/** 0: nothing was found; 1: something was; 2: wrong command line. */
const main = async (): Promise<number> => {
  const results = await fuzzStack(readOptions(process.argv.slice(2)), print)
  for (const { app, text } of results) print(`\n${app}\n${text}`)
  return results.every(({ passed }) => passed) ? 0 : 1
}

for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => process.exit(130))

try {
  process.exitCode = await main()
} catch (error) {
  if (!(error instanceof OptionsError) && !(error instanceof ExpectedError)) throw error
  process.stderr.write(`${error.message}\n`)
  process.exitCode = error instanceof OptionsError ? 2 : error.exitCode
}
