import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { MachineCannot } from './errors.ts'
import { run, succeeds } from './run.ts'

/** The Go modules that this folder pins, each by a go.mod of its own in the sub-folder of that name. */
export const pinned = {
  dapr: 'github.com/dapr/dapr',
  kubernetes: 'k8s.io/kubernetes',
} as const

export type PinnedModule = keyof typeof pinned

/** Those that are built, where anything of them is, in their own folder by their own go.mod. */
const whole = { keda: 'github.com/kedacore/keda/v2', 'metrics-server': 'sigs.k8s.io/metrics-server' } as const

const sources = { ...pinned, ...whole }
type Source = keyof typeof sources
export type WholeModule = keyof typeof whole

/** The folder with the go.mod and go.sum that pin a module. */
export const moduleFolder = (module: Source): string => fileURLToPath(new URL(`./${module}/`, import.meta.url))

/** The version that go.mod requires, without the `v`, e.g. `1.18.2`. */
export function pinnedVersion(module: Source): string {
  const file = `${moduleFolder(module)}go.mod`
  const line = `require ${sources[module]} v`
  const found = readFileSync(file, 'utf8').split('\n').find((text) => text.startsWith(line))
  if (found === undefined) throw new Error(`${file} has no line "${line}..."`)
  return found.slice(line.length).trim()
}

/** Where the source of a pinned module lies; downloads it (checked against go.sum) if it is not there yet. */
export const moduleSource = (module: Source): Promise<string> => dependencySource(module, sources[module])

/** The same of a module that a pinned one is built with, at the version that one asks for. */
export async function dependencySource(module: Source, dependency: string): Promise<string> {
  await requireGo(`reading the source of ${dependency}`)
  const cwd = moduleFolder(module)
  await run('go', ['mod', 'download', dependency], { cwd })
  return run('go', ['list', '-m', '-f', '{{.Dir}}', dependency], { cwd })
}

/** Throws MachineCannot if there is no `go` command. */
export async function requireGo(purpose: string): Promise<void> {
  if (await succeeds('go', ['version'])) return
  throw new MachineCannot(
    `${purpose} needs Go, and this machine has no go command`,
    'install Go 1.26 or newer, or set KUBECONFIG to a cluster of your own that has Dapr',
  )
}
