import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { cached } from './cache.ts'
import { MachineCannot } from './errors.ts'
import { step, type Progress } from './progress.ts'
import { run, succeeds } from './run.ts'

const requirements = fileURLToPath(new URL('./schemathesis/requirements.txt', import.meta.url))
const python = 'python3'

/** How to run schemathesis: a command, the arguments before its own, and what its environment needs. */
export interface Schemathesis {
  readonly command: string
  readonly args: readonly string[]
  readonly env: Readonly<Record<string, string>>
}

/** Schemathesis and all it depends on, at the versions of requirements.txt, fetched by pip if the cache lacks them. Throws MachineCannot without Python. */
export async function ensureSchemathesis(progress: Progress): Promise<Schemathesis> {
  if (!(await succeeds(python, ['-m', 'pip', '--version']))) throw new MachineCannot('there is no Python with pip', 'install Python 3.10 or later')
  const folder = await cached('tools', {
    name: 'schemathesis',
    // Some of the packages are built for one version of Python.
    recipe: [readFileSync(requirements, 'utf8'), await run(python, ['--version']), process.platform, process.arch],
    make: async (target) => {
      const install = ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', '--no-deps', '--target', target, '--requirement', requirements]
      await step(progress, 'fetching schemathesis (once for this machine)', () => run(python, install))
    },
  }, progress)
  return { command: python, args: ['-c', 'from schemathesis.cli import schemathesis; schemathesis()'], env: { PYTHONPATH: folder } }
}
