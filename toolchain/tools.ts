import { readFileSync } from 'node:fs'
import { rename } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { cached } from './cache.ts'
import { moduleFolder, moduleSource, pinned, pinnedVersion, requireGo, type PinnedModule, type WholeModule } from './modules.ts'
import { step, type Progress } from './progress.ts'
import { run } from './run.ts'
import { versions } from './versions.ts'

const [kubernetesMajor, kubernetesMinor] = versions.kubernetes.split('.')

/** How the commands of a pinned module are built; both are the flags of the projects' own Makefiles. `npm start` needs all components of Dapr: the stable ones lack `nameresolution.sqlite`. */
const builds: Record<PinnedModule, { readonly tags: string; readonly ldflags: string }> = {
  dapr: {
    tags: 'allcomponents',
    ldflags: `-s -w -X github.com/dapr/dapr/pkg/buildinfo.version=${versions.dapr} -X github.com/dapr/kit/logger.DaprVersion=${versions.dapr}`,
  },
  kubernetes: {
    tags: '',
    ldflags: `-s -w -X k8s.io/component-base/version.gitVersion=v${versions.kubernetes}`
      + ` -X k8s.io/component-base/version.gitMajor=${kubernetesMajor} -X k8s.io/component-base/version.gitMinor=${kubernetesMinor}`,
  },
}

const commands = {
  daprd: 'dapr', sentry: 'dapr', operator: 'dapr', injector: 'dapr', placement: 'dapr', scheduler: 'dapr',
  'kube-apiserver': 'kubernetes', 'kube-controller-manager': 'kubernetes', 'kube-scheduler': 'kubernetes',
  kubelet: 'kubernetes', 'kube-proxy': 'kubernetes', kubectl: 'kubernetes',
} as const satisfies Record<string, PinnedModule>

/** Commands of modules without replace directives, which Go builds by itself. */
const installs = {
  helm: { version: versions.helm, target: 'helm.sh/helm/v3/cmd/helm' },
  coredns: { version: versions.coredns, target: 'github.com/coredns/coredns' },
  'nats-server': { version: versions.nats, target: 'github.com/nats-io/nats-server/v2' },
  kubeconform: { version: versions.kubeconform, target: 'github.com/yannh/kubeconform/cmd/kubeconform' },
  'kube-score': { version: versions.kubeScore, target: 'github.com/zegl/kube-score/cmd/kube-score' },
} as const

/** Commands that are built where their module lies. `go install` refuses KEDA for a replace directive. */
const ofWholeModules = {
  'keda-operator': { module: 'keda', target: './cmd/operator' },
  'keda-adapter': { module: 'keda', target: './cmd/adapter' },
  'metrics-server': { module: 'metrics-server', target: './cmd/metrics-server' },
} as const satisfies Record<string, { readonly module: WholeModule; readonly target: string }>

export type Tool = keyof typeof commands | keyof typeof installs | keyof typeof ofWholeModules

/**
 * The absolute path of a tool at its pinned version, built first if the cache lacks it (one build at a time on a machine:
 * each uses all cores). Throws MachineCannot where there is no Go and something has to be built.
 */
export function ensureTool(name: Tool, progress: Progress): Promise<string> {
  if (name in installs) return installed(name as keyof typeof installs, progress)
  if (name in ofWholeModules) return builtInPlace(name as keyof typeof ofWholeModules, progress)
  return built(name as keyof typeof commands, progress)
}

/** Like ensureTool for several, one after the other; the result has a path for each name. */
export async function ensureTools<const T extends Tool>(names: readonly T[], progress: Progress): Promise<Record<T, string>> {
  const paths: [T, string][] = []
  for (const name of names) paths.push([name, await ensureTool(name, progress)])
  return Object.fromEntries(paths) as Record<T, string>
}

function built(name: keyof typeof commands, progress: Progress): Promise<string> {
  const module = commands[name]
  const { tags, ldflags } = builds[module]
  const target = `${pinned[module]}/cmd/${name}`
  return goBinary(name, versions[module], (file) => ({
    args: ['build', '-trimpath', '-tags', tags, '-ldflags', ldflags, '-o', file, target],
    cwd: moduleFolder(module),
  }), ['go.mod', 'go.sum'].map((lockFile) => readFileSync(join(moduleFolder(module), lockFile), 'utf8')), progress)
}

function installed(name: keyof typeof installs, progress: Progress): Promise<string> {
  const { version, target } = installs[name]
  return goBinary(name, version, (file, scratch) => ({
    args: ['install', '-trimpath', '-ldflags', '-s -w', `${target}@v${version}`], cwd: scratch, env: { GOBIN: scratch },
    result: join(scratch, basename(file)),
  }), [], progress)
}

async function builtInPlace(name: keyof typeof ofWholeModules, progress: Progress): Promise<string> {
  const { module, target } = ofWholeModules[name]
  const cwd = await moduleSource(module)
  return goBinary(name, pinnedVersion(module), (file) => ({ args: ['build', '-trimpath', '-ldflags', '-s -w', '-o', file, target], cwd }), [], progress)
}

interface GoCommand {
  readonly args: readonly string[]
  readonly cwd: string
  readonly env?: NodeJS.ProcessEnv
  /** Where Go puts the binary. Default - the file that was asked for. */
  readonly result?: string
}

type CommandFor = (file: string, scratch: string) => GoCommand

/** `inputs` is what decides the result beside the version and the command. */
function goBinary(name: Tool, version: string, command: CommandFor, inputs: readonly string[], progress: Progress): Promise<string> {
  return cached('tools', {
    name,
    recipe: [version, command(name, '').args, inputs, process.platform, process.arch],
    lock: 'go-build',
    make: async (file, scratch) => {
      await requireGo(`building ${name} ${version}`)
      const { args, cwd, env, result } = command(file, scratch)
      const build = (): Promise<string> => run('go', args, { cwd, env: { ...env, CGO_ENABLED: '0' } })
      await step(progress, `building ${name} ${version} (once for this machine)`, build)
      if (result !== undefined) await rename(result, file)
    },
  }, progress)
}
