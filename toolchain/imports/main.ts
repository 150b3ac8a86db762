import { fileURLToPath } from 'node:url'
import { ExpectedError } from '../errors.ts'
import { step } from '../progress.ts'
import { writeDaprBindings } from './bindings.ts'

const folder = process.argv[2] ?? fileURLToPath(new URL('../../imports', import.meta.url))

try {
  await step(console.log, `typed bindings of Dapr's custom resources -> ${folder}/dapr.io.ts`, () => writeDaprBindings(folder))
} catch (error) {
  if (!(error instanceof ExpectedError)) throw error
  console.error(error.message)
  process.exitCode = error.exitCode
}
