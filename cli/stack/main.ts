import { createInterface } from 'node:readline/promises'
import { buffer } from 'node:stream/consumers'

import { exits } from './errors.ts'
import type { Host } from './host.ts'
import { runProgram } from './program.ts'

const interrupt = new AbortController()
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.on(signal, () => {
    // The second one does not wait for what is under way.
    if (interrupt.signal.aborted) process.exit(exits.interrupted.code)
    interrupt.abort()
  })
}

const { stdin, stdout, stderr } = process
const host: Host = {
  root: process.cwd(),
  env: process.env,
  node: process.execPath,
  stdout,
  writeError: (text) => { stderr.write(text) },
  interactive: stdin.isTTY && stdout.isTTY,
  readInput: () => buffer(stdin),
  ask: async (question, signal) => {
    const reader = createInterface({ input: stdin, output: stdout })
    try {
      return await reader.question(question, { signal })
    } finally {
      reader.close()
    }
  },
  interrupted: interrupt.signal,
}
stdout.on('error', () => interrupt.abort()) // nobody reads it any more

process.exitCode = await runProgram(process.argv.slice(2), host)
// A call that never ends, such as one to a node that is gone, does not keep the process.
setTimeout(() => process.exit(), 1000).unref()
