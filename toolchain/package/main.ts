import { cp, rm } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'

import { pinned } from '../modules.ts'
import { run } from '../run.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))

// Writes lib/, which is what the package holds: JavaScript and types of all that its entries lead to, the page of the dashboard, which browsers load as
// it is, and what pins the tools of a local run.
await rm(`${root}/lib`, { recursive: true, force: true })
await run(process.execPath, [`${root}/node_modules/typescript/bin/tsc`, '-p', 'tsconfig.package.json'], { cwd: root })
for (const module of Object.keys(pinned)) {
  for (const file of ['go.mod', 'go.sum']) await cp(`${root}/toolchain/${module}/${file}`, `${root}/lib/toolchain/${module}/${file}`)
}
await cp(`${root}/cli/dashboard/page`, `${root}/lib/cli/dashboard/page`, { recursive: true, filter: (path) => !path.endsWith('tsconfig.json') })
