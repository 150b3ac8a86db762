import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { cached } from './cache.ts'
import { MachineCannot } from './errors.ts'
import { step, type Progress } from './progress.ts'
import { run, succeeds } from './run.ts'

const python = 'python3'

/** How to run a program of Python: a command, the arguments before its own, and what its environment needs. */
export interface PythonProgram {
  readonly command: string
  readonly args: readonly string[]
  readonly env: Readonly<Record<string, string>>
}

/**
 * A program and all it depends on, at the versions of toolchain/<name>/requirements.txt, fetched by pip if the cache lacks them. `start` is
 * the Python that starts it. Throws MachineCannot without Python.
 */
export async function ensurePython(name: string, start: string, progress: Progress): Promise<PythonProgram> {
  if (!(await succeeds(python, ['-m', 'pip', '--version']))) throw new MachineCannot('there is no Python with pip', 'install Python 3.11 or later')
  const requirements = fileURLToPath(new URL(`./${name}/requirements.txt`, import.meta.url))
  const folder = await cached('tools', {
    name,
    // Some of the packages are built for one version of Python.
    recipe: [readFileSync(requirements, 'utf8'), await run(python, ['--version']), process.platform, process.arch],
    make: async (target) => {
      const install = ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', '--no-deps', '--target', target, '--requirement', requirements]
      await step(progress, `fetching ${name} (once for this machine)`, () => run(python, install))
    },
  }, progress)
  return { command: python, args: ['-c', start], env: { PYTHONPATH: folder } }
}

/** Tries the operations of an OpenAPI document. */
export const ensureSchemathesis = (progress: Progress): Promise<PythonProgram> => ensurePython('schemathesis', 'from schemathesis.cli import schemathesis; schemathesis()', progress)

/** Looks at manifests. */
export const ensureCheckov = (progress: Progress): Promise<PythonProgram> => ensurePython('checkov', 'import sys; from checkov.main import Checkov; sys.exit(Checkov().run())', progress)
