import { execa } from 'execa'

import { programBeside } from '../../../toolchain/beside.ts'
import type { Context } from '../context.ts'
import { exits, type Exit, StackError } from '../errors.ts'
import type { Options } from '../options.ts'

const program = programBeside(import.meta.url, '../../local/main')

/** The local run ends with the same codes. */
const exitOf = (code: number | undefined) => (['usage', 'timeout', 'preflight'] as const).find((exit) => exits[exit].code === code) ?? 'failed'

/** The flags that were given and say nothing to a local run. */
const clusterFlags = ({ env, build, undelivered, acceptContractChanges, kubeconfig }: Options): string[] => {
  const given = { '--env': env !== undefined, '--build': build, '--undelivered': undelivered !== undefined, '--accept-contract-changes': acceptContractChanges, '--kubeconfig': kubeconfig !== undefined }
  return Object.entries(given).flatMap(([flag, is]) => (is ? flag : []))
}

/**
 * Runs the stack on this machine until Ctrl-C: the program that `npm start` is, with this terminal.
 * @throws StackError when it ends with an error, or is interrupted
 */
export const localUp = async ({ host, options, signal }: Pick<Context, 'host' | 'options' | 'signal'>): Promise<Exit> => {
  if (options.json) throw new StackError('usage', '--target local writes no JSON', 'leave --json out')
  const strange = clusterFlags(options)
  if (strange.length > 0) throw new StackError('usage', `--target local runs the environment local, and has no use for ${strange.join(', ')}`, `leave ${strange.length > 1 ? 'them' : 'it'} out`)
  // It ends in good order by itself, also when it gets Ctrl-C from the terminal and the signal from here.
  const { exitCode, failed } = await execa(host.node, [program], { cwd: host.root, stdio: 'inherit', reject: false, cancelSignal: signal, forceKillAfterDelay: false })
  if (signal.aborted) throw new StackError('interrupted', 'the local run was ended; none of its processes is left', 'the same command starts it again, with the state it had')
  if (!failed) return 'ok'
  throw new StackError(exitOf(exitCode), `the local run ended with ${exitCode === undefined ? 'a signal' : `exit code ${exitCode}`}`, 'see what it says above')
}
