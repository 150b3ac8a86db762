import { accessTo, kubeConfig, stackCluster } from '../kube/index.ts'
import { asksForHelp } from '../../toolchain/command-line.ts'
import { type Arguments, readArguments, usage } from './arguments.ts'
import { DlqError, exitCodes } from './errors.ts'
import { type Result, runDlq } from './run.ts'
import { shelvesOfCluster, shelvesOfSidecars } from './shelves.ts'
import { sidecarApi } from './sidecar.ts'

const { DAPR_API_TOKEN: token, STACK_NAMESPACE: namespace = 'default' } = process.env

const onSidecars = async (given: Arguments): Promise<Result> =>
  runDlq(await shelvesOfSidecars(given.sidecars.map((url) => sidecarApi({ url, token }))), given)

const configOf = (file: string | undefined): ReturnType<typeof kubeConfig> => {
  try {
    return kubeConfig(file)
  } catch (error) {
    throw new DlqError(`the kubeconfig cannot be read: ${error instanceof Error ? error.message : String(error)}`, exitCodes.unreachable)
  }
}

const onCluster = async (given: Arguments): Promise<Result> => {
  const cluster = stackCluster(configOf(given.kubeconfig), given.namespace ?? namespace)
  const access = accessTo(cluster)
  try {
    return await runDlq(await shelvesOfCluster(cluster, access, async () => token), given)
  } finally {
    await access.close()
  }
}

const main = async (args: readonly string[]): Promise<Result> => {
  if (asksForHelp(args)) return { text: usage, exitCode: 0 }
  const given = readArguments(args)
  return given.sidecars.length > 0 ? onSidecars(given) : onCluster(given)
}

try {
  const { text, exitCode } = await main(process.argv.slice(2))
  console.log(text)
  process.exitCode = exitCode
} catch (error) {
  if (!(error instanceof DlqError)) throw error
  console.error(error.message)
  process.exitCode = error.exitCode
}
