import { resolve } from 'node:path'
import { pathToFileURL } from 'node:url'

import { z } from 'zod'

import type { StackVerification } from '../../verify/index.ts'
import { StackError } from '../errors.ts'
import { appSettings } from '../synth/app.ts'

const isVerification = (value: unknown): value is StackVerification =>
  z.object({ graph: z.object({ apps: z.array(z.unknown()) }), sources: z.array(z.string()), criteria: z.custom((made) => typeof made === 'function') }).safeParse(value).success

/**
 * Loads the module that `verify` of a cdk8s.yaml names.
 * @throws StackError when it names none, or it cannot be loaded
 */
export const verifyModule = async (root: string): Promise<{ readonly path: string; readonly exported: Readonly<Record<string, unknown>> }> => {
  const { verify } = await appSettings(root)
  if (verify === undefined) throw new StackError('usage', `the cdk8s.yaml of ${root} has no "verify"`, 'name the module with the success criteria there, such as verify: verify/index.ts')
  const exported = await import(pathToFileURL(resolve(root, verify)).href).catch((error: unknown) => {
    throw new StackError('usage', `${verify}, which the cdk8s.yaml names, cannot be loaded: ${error instanceof Error ? error.message : String(error)}`, 'mend the module or its path', { cause: error })
  }) as Readonly<Record<string, unknown>> // a module has names, with any values
  return { path: verify, exported }
}

/**
 * Loads what a stack is verified by.
 * @throws StackError when its cdk8s.yaml names no module, or that one has no `verification`
 */
export const verificationOf = async (root: string): Promise<StackVerification> => {
  const { path, exported: { verification } } = await verifyModule(root)
  if (isVerification(verification)) return verification
  throw new StackError('usage', `${path} exports no "verification" with graph, sources and criteria`, 'export one, of the type StackVerification')
}
