import { CommandFailed, ExpectedError, MachineCannot } from '../../../toolchain/errors.ts'
import { ensureTools, type Tool } from '../../../toolchain/tools.ts'
import type { Report } from './report.ts'

const clearUpMs = 2000

// This is a process of its own so that a signal to its group ends a build with all its compilers, and still lets it clear up.
for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.on(signal, () => { setTimeout(() => process.exit(1), clearUpMs).unref() })

const report = (line: Report): void => { process.stdout.write(`${JSON.stringify(line)}\n`) }

try {
  report({ paths: await ensureTools(process.argv.slice(2) as Tool[], (progress) => report({ progress })) }) // the caller names tools only
} catch (error) {
  if (!(error instanceof ExpectedError)) throw error
  const lacks = error instanceof MachineCannot ? { lacks: error.what } : {}
  report({ failure: { message: error.message, ...lacks, isOutput: error instanceof CommandFailed, exitCode: error.exitCode } })
}
