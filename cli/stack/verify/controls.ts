import { type CriterionResult, runControls, type StackVerification } from '../../verify/index.ts'
import type { Connection } from '../connection.ts'
import type { Context } from '../context.ts'
import type { Found } from '../deployed.ts'
import { StackError } from '../errors.ts'
import { lineCheck } from './line-check.ts'
import { scratchOf } from './scratch.ts'

/**
 * Requires controls to arm.
 * @throws StackError when the stack has none
 */
export const requireControls = ({ controls = [] }: StackVerification): void => {
  if (controls.length > 0) return
  throw new StackError('usage', 'the stack has no controls', 'export some as `controls` of its `verification` (Control in cli/verify), or leave --controls out')
}

/** Arms the controls of a stack in namespaces of their own, and says what goes on: a phase and a check for each. */
export const armControls = async (context: Context, connection: Connection, found: Pick<Found, 'stack'>, wanted: StackVerification): Promise<CriterionResult> => {
  const { options, output, signal } = context
  const { controls = [], criteria } = wanted
  let start = 0
  return runControls({
    controls,
    criteria,
    deploy: scratchOf(context, connection, found, wanted),
    readySeconds: options.timeout,
    signal,
    watcher: {
      started: (title) => {
        start = performance.now()
        output.emit({ type: 'phase', phase: title, state: 'started' })
      },
      judged: (line) => {
        output.emit(lineCheck(line))
        output.emit({ type: 'phase', phase: line.title, state: 'done', seconds: (performance.now() - start) / 1000 })
      },
    },
  })
}
