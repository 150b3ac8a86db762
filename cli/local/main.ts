import { homedir } from 'node:os'

import { ExpectedError } from '../../toolchain/errors.ts'
import type { Host } from './host.ts'
import { parseOptions, usage } from './options.ts'
import { run } from './run.ts'

const signals = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129 } as const
/** npm hands on a signal that the terminal has sent to all already: what comes so soon is the same one. */
const sameSignalMs = 500
const parentPollMs = 1000

const { env, stdout } = process
const host: Host = {
  root: process.cwd(),
  pid: process.pid,
  home: homedir(),
  env,
  node: process.execPath,
  colours: stdout.isTTY && !env['NO_COLOR'],
  print: (line) => { stdout.write(`${line}\n`) },
  kill: (pid, signal) => { process.kill(pid, signal) },
}

const [stop, atOnce] = [new AbortController(), new AbortController()]
let since = Infinity

const end = (exitCode: number): void => {
  process.exitCode = exitCode
  if (performance.now() - since > sameSignalMs) atOnce.abort()
  if (stop.signal.aborted) return
  since = performance.now()
  stop.abort()
}
for (const [signal, exitCode] of Object.entries(signals)) process.on(signal, () => end(exitCode))
stdout.on('error', () => end(signals.SIGHUP)) // nobody reads it any more

// npm passes signals on, but not that it was killed.
const { ppid: npm } = process
if (env['npm_lifecycle_event'] !== undefined) setInterval(() => { if (process.ppid !== npm) end(signals.SIGHUP) }, parentPollMs).unref()

try {
  const options = parseOptions(process.argv.slice(2))
  if (options.help) host.print(usage)
  else await run(options, host, { stop: stop.signal, atOnce: atOnce.signal })
} catch (error) {
  if (!(error instanceof ExpectedError)) throw error
  process.stderr.write(`${error.message}\n`)
  process.exitCode = error.exitCode
}
