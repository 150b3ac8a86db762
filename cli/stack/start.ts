import type { Connection } from './connection.ts'
import type { Context } from './context.ts'
import { type Desired, synthesize } from './desired.ts'

/** What the config wants, and the cluster. The app runs in a process of its own: the client of the cluster is loaded meanwhile. */
export const synthesizeAndConnect = async (context: Context): Promise<[Desired, Connection]> =>
  Promise.all([synthesize(context), import('./connection.ts').then(({ connect }) => connect(context.options))])
