// node test/jest.mjs [jest's options]: jest with ES modules, ended when it is done.
import { createRequire } from 'node:module'

import { runWatched } from './watched-process.mjs'

const jest = createRequire(import.meta.url).resolve('jest/bin/jest')
const options = [process.env.NODE_OPTIONS, '--experimental-vm-modules'].filter(Boolean).join(' ')

process.exitCode = await runWatched(jest, process.argv.slice(2), {
  env: { ...process.env, NODE_OPTIONS: options },
  endSeconds: 60,
  print: (line) => console.error(line),
})
