import { accessTo, kubeConfig, stackCluster } from '../kube/index.ts'
import { type Arguments, readArguments } from './arguments.ts'
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

try {
  const given = readArguments(process.argv.slice(2))
  const { text, exitCode } = await (given.sidecars.length > 0 ? onSidecars(given) : onCluster(given))
  console.log(text)
  process.exitCode = exitCode
} catch (error) {
  if (!(error instanceof DlqError)) throw error
  console.error(error.message)
  process.exitCode = error.exitCode
}
