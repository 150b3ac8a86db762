import type { Context } from './context.ts'
import { StackError } from './errors.ts'

/**
 * Asks whether to go on.
 * @throws StackError when nobody can be asked
 */
export const confirmed = async ({ host, options, signal }: Pick<Context, 'host' | 'options' | 'signal'>, question: string): Promise<boolean> => {
  if (options.yes) return true
  return /^y(es)?$/i.test((await host.ask(`${question} [y/N] `, signal)).trim())
}

/**
 * Ends a verb that would have to ask where nobody is there.
 * @throws StackError
 */
export const requireAnswerable = (verb: string, { host, options }: Pick<Context, 'host' | 'options'>): void => {
  if (options.yes || (host.interactive && !options.json)) return
  throw new StackError('usage', `${verb} asks before it changes the cluster, and ${options.json ? '--json leaves no room for it' : 'here is no terminal to ask on'}`, 'give it --yes')
}
