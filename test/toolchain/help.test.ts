import { expect, test } from '@jest/globals'
import { execaSync } from 'execa'

test.each(['bench/main.ts', 'test/faults/main.ts', 'test/fuzz/main.ts', 'test/cluster/main.ts', 'cli/dlq/main.ts', 'cli/local/main.ts', 'toolchain/imports/main.ts'])('%s says how it is used, and does nothing, when it is asked for help', (program) => {
  const { stdout, stderr, exitCode } = execaSync(process.execPath, [program, '--help'])
  expect({ stdout, stderr, exitCode }).toMatchObject({ stdout: expect.stringMatching(/^usage: npm (run|start)/), stderr: '', exitCode: 0 })
})

test.each(['bench/main.ts', 'toolchain/imports/main.ts'])('%s fails with the usage and exit code 2 on an option that there is not', (program) => {
  const { stderr, exitCode } = execaSync(process.execPath, [program, '--rouds', '2'], { reject: false })
  expect({ stderr, exitCode }).toMatchObject({ stderr: expect.stringMatching(/--rouds.*\nusage: npm run/), exitCode: 2 })
})
