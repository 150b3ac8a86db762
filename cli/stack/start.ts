import type { Connection } from './connection.ts'
import type { Context } from './context.ts'
import { type Desired, synthesize } from './desired.ts'
import { readSecretNames, withSecretNames } from './secrets/names.ts'

/** What the config wants, by the names that its Secrets have now, and the cluster. The app runs in a process of its own: the client of the cluster is loaded meanwhile. */
export const synthesizeAndConnect = async (context: Context): Promise<[Desired, Connection]> => {
  const [desired, connection] = await Promise.all([synthesize(context), import('./connection.ts').then(({ connect }) => connect(context.options))])
  const names = await readSecretNames(connection.port, desired)
  return [{ ...desired, objects: withSecretNames(desired.objects, names) }, connection]
}
