import { run, succeeds } from '../../toolchain/run.ts'
import { until } from './until.ts'

/** kubectl, bound to one cluster. */
export interface Kubectl {
  readonly command: string
  readonly kubeconfig: string
  /** Runs it and returns what it printed; `input` is its standard input. */
  readonly run: (args: readonly string[], input?: string) => Promise<string>
  /** Whether it ends well within five seconds. */
  readonly answers: (args: readonly string[]) => Promise<boolean>
  /** Server-side apply of YAML or JSON. */
  readonly apply: (manifest: string) => Promise<string>
  /** Waits until every replica of a workload is available. */
  readonly rolledOut: (namespace: string, workload: string) => Promise<void>
}

export function kubectl(command: string, kubeconfig: string): Kubectl {
  const bound = (args: readonly string[]): readonly string[] => ['--kubeconfig', kubeconfig, ...args]
  const runBound = (args: readonly string[], input?: string): Promise<string> => run(command, bound(args), input === undefined ? {} : { input })
  return {
    command,
    kubeconfig,
    run: runBound,
    answers: (args) => succeeds(command, bound(args), { timeout: 5000 }),
    apply: (manifest) => runBound(['apply', '--server-side', '--force-conflicts', '-f', '-'], manifest),
    rolledOut: async (namespace, workload) => {
      await until(`${workload} to exist`, () => succeeds(command, bound(['get', '--namespace', namespace, workload])))
      await runBound(['rollout', 'status', '--namespace', namespace, workload, '--timeout=120s'])
    },
  }
}
