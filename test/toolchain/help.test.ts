import { expect, test } from '@jest/globals'
import { execaSync } from 'execa'

test.each(['bench/main.ts', 'test/faults/main.ts', 'test/fuzz/main.ts', 'test/cluster/main.ts', 'cli/dlq/main.ts', 'cli/local/main.ts', 'toolchain/imports/main.ts'])('%s says how it is used, and does nothing, when it is asked for help', (program) => {
  const { stdout, stderr, exitCode } = execaSync(process.execPath, [program, '--help'])
  expect({ stdout, stderr, exitCode }).toMatchObject({ stdout: expect.stringMatching(/^usage: npm (run|start)/), stderr: '', exitCode: 0 })
})

test.each([['bench/main.ts', 'bench'], ['toolchain/imports/main.ts', 'imports']])('%s fails with the usage and exit code 2 on an option that there is not', (program, script) => {
  const { stderr, exitCode } = execaSync(process.execPath, [program, '--rouds', '2'], { reject: false })
  expect({ stderr, exitCode }).toMatchObject({ stderr: expect.stringMatching(new RegExp(`--rouds.*\\nusage: npm run ${script}`)), exitCode: 2 })
})
