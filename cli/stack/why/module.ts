import { z } from 'zod'

import type { Kind, StackWhy } from '../../why/index.ts'
import { StackError } from '../errors.ts'
import { verifyModule } from '../verify/module.ts'

const callable = z.custom((made) => typeof made === 'function')
const isWhy = (value: unknown): value is StackWhy =>
  z.object({ graph: z.object({ apps: z.array(z.unknown()) }), kinds: z.record(z.string(), z.object({ searched: callable, story: callable })) }).safeParse(value).success

/**
 * Loads what a stack can explain: `why` of the module that its cdk8s.yaml names as `verify`.
 * @throws StackError when there is none
 */
export const whyOf = async (root: string): Promise<StackWhy> => {
  const { path, exported: { why } } = await verifyModule(root)
  if (isWhy(why)) return why
  throw new StackError('usage', `${path} exports no "why" with graph and kinds`, 'export one, of the type StackWhy')
}

/**
 * Reads `KIND/ID`.
 * @throws StackError for what is none, or of a kind that the stack does not have
 */
export const subjectOf = ({ kinds }: Pick<StackWhy, 'kinds'>, operand: string): { readonly name: string; readonly id: string; readonly kind: Kind } => {
  const [, name = '', id = ''] = /^([^/]+)\/(.+)$/.exec(operand) ?? []
  const known = Object.keys(kinds).map((one) => `${one}/ID`).join(', ') || '(none)'
  if (id === '') throw new StackError('usage', `"${operand}" names nothing`, `give one of ${known}`)
  const kind = Object.hasOwn(kinds, name) ? kinds[name] : undefined
  if (kind === undefined) throw new StackError('usage', `the stack cannot explain a "${name}"`, `give one of ${known}`)
  return { name, id, kind }
}
